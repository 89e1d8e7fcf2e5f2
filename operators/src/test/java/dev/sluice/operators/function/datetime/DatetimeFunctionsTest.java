package dev.sluice.operators.function.datetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.ValueText;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.SqlTesting;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatetimeFunctionsTest {
  private static final String COLUMNS =
      "d DATE, e DATE, t TIMESTAMP, u TIMESTAMP, n TIMESTAMP_NTZ, s STRING, i INT, l BIGINT,"
          + " unit STRING, pattern STRING, zone STRING, dow STRING, y INT, m INT, sec DECIMAL(16,6)";

  private static final long MARCH = 1_711_845_000_123_456L; // 2024-03-31 00:30:00.123456 UTC

  private static Batch rows() {
    List<List<Object>> rows = new ArrayList<>();
    String[] units = {"YEAR", "week", "Q", "HOUR", "MM"};
    String[] patterns = {"yyyy-MM-dd HH:mm:ss", "dd MMM yyyy", "EEEE", "yyyy-MM-dd HH:mm:ss", "D"};
    String[] zones = {"Europe/Berlin", "UTC", "+05:30", "Europe/Berlin", "America/New_York"};
    for (int r = 0; r < 10; r++) {
      List<Object> row = new ArrayList<>();
      row.add(19_800 + 37 * r);
      row.add(19_000 + 11 * r * r);
      row.add(MARCH + r * 3_600_000_000L);
      row.add(MARCH - r * 90_061_000_000L * 20);
      row.add(MARCH + r * 1_234_567_890L);
      row.add("2024-03-" + (10 + r) + " 01:02:0" + r);
      row.add(r - 3);
      row.add(1_700_000_000L + r);
      row.add(units[r % 5]);
      row.add(patterns[r % 5]);
      row.add(zones[r % 5]);
      row.add(r % 2 == 0 ? "Tue" : "SUNDAY");
      row.add(2000 + r);
      row.add(1 + r);
      row.add(new java.math.BigDecimal("5.250000"));
      rows.add(row);
    }
    for (int column = 0; column < 15; column++) {
      List<Object> row = new ArrayList<>(rows.get(column % 10));
      row.set(column, null);
      rows.add(row);
    }
    return SqlTesting.batch(COLUMNS, rows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "year(d)",
        "month(t)",
        "day(n)",
        "quarter(d)",
        "dayofweek(d)",
        "weekday(d)",
        "dayofyear(d)",
        "weekofyear(d)",
        "hour(t)",
        "minute(n)",
        "second(s)",
        "extract(SECOND FROM t)",
        "extract(YEAROFWEEK FROM d)",
        "dayname(d)",
        "monthname(d)",
        "date_add(d, i)",
        "date_sub(d, 3)",
        "datediff(d, e)",
        "add_months(d, i)",
        "months_between(t, u)",
        "last_day(d)",
        "next_day(d, dow)",
        "next_day(d, 'FR')",
        "trunc(d, unit)",
        "date_trunc(unit, t)",
        "date_trunc('HOUR', t)",
        "timestamp_seconds(l)",
        "timestamp_millis(l)",
        "unix_seconds(t)",
        "unix_date(d)",
        "date_from_unix_date(i)",
        "date_format(t, pattern)",
        "date_format(t, 'yyyy-MM-dd HH:mm')",
        "from_unixtime(l)",
        "to_date(s)",
        "to_timestamp(s)",
        "to_timestamp(s, 'yyyy-MM-dd HH:mm:ss')",
        "to_timestamp_ntz(s, 'yyyy-MM-dd HH:mm:ss')",
        "try_to_timestamp(s)",
        "unix_timestamp(s)",
        "unix_timestamp(t)",
        "from_utc_timestamp(t, zone)",
        "to_utc_timestamp(t, zone)",
        "convert_timezone('UTC', zone, n)",
        "make_date(y, m, 3)",
        "make_timestamp(y, m, 3, 4, 5, sec)",
        "make_timestamp(y, m, 3, 4, 5, sec, zone)",
        "make_timestamp_ntz(y, m, 3, 4, 5, sec)",
        "make_interval(y, i)",
        "make_dt_interval(i, i)",
        "make_ym_interval(y, i)",
        "timestampadd(MONTH, i, t)",
        "timestampdiff(DAY, t, u)",
        "t + make_dt_interval(i)",
        "d + make_ym_interval(0, i)"
      })
  void everyShapeOfColumnGivesTheSame(String sql) {
    Batch batch = rows();
    List<Object> whole = eval(sql, batch);
    assertThat(whole).as("something is not null").anyMatch(v -> v != null);

    int[] backwards = new int[batch.rows()];
    for (int i = 0; i < backwards.length; i++) {
      backwards[i] = backwards.length - 1 - i;
    }
    List<Object> turned = eval(sql, batch.select(backwards, backwards.length));
    for (int i = 0; i < backwards.length; i++) {
      assertThat(turned.get(i)).isEqualTo(whole.get(backwards[i]));
    }
    for (int row = 0; row < batch.rows(); row++) {
      List<Column> constants = new ArrayList<>();
      for (Column column : batch.columns()) {
        constants.add(new ConstantColumn(column.flatten().gather(new int[] {row}, 1), 3));
      }
      assertThat(eval(sql, new Batch(batch.schema(), constants, 3)))
          .isEqualTo(Arrays.asList(whole.get(row), whole.get(row), whole.get(row)));
    }
    assertThat(eval(sql, batch.slice(0, 0))).isEmpty();
  }

  private static List<Object> eval(String sql, Batch batch) {
    return SqlTesting.eval(sql, batch);
  }

  @Test
  void aNullArgumentGivesNull() {
    Batch batch = rows();
    int r = 10;
    assertThat(eval("year(d)", batch).get(r)).isNull();
    assertThat(eval("datediff(d, e)", batch).get(r + 1)).isNull();
    assertThat(eval("date_format(t, pattern)", batch).get(r + 9)).isNull();
    assertThat(eval("next_day(d, dow)", batch).get(r + 11)).isNull();
    assertThat(eval("make_timestamp(y, m, 3, 4, 5, sec)", batch).get(r + 14)).isNull();
    assertThat(eval("from_utc_timestamp(t, zone)", batch).get(r + 10)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "next_day('2015-01-14', 'xx') | ILLEGAL_DAY_OF_WEEK",
        "make_date(2013, 13, 1) | DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
        "make_timestamp(2021, 7, 11, 6, 30, 60.007) | INVALID_FRACTION_OF_SECOND",
        "make_timestamp(1, 1, 1, 1, 1, 61) | DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
        "timestamp_seconds(1230219000123123) | DATETIME_OVERFLOW",
        "to_date('2024-02-30') | CAST_INVALID_INPUT",
        "to_timestamp('x', 'yyyy') | CANNOT_PARSE_TIMESTAMP",
        "from_utc_timestamp('2016-08-31', 'Mars/Olympus') | INVALID_TIMEZONE",
        "make_dt_interval(2147483647) | INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
        "date_format('2018-11-17', substring('hhhh', 1, 3)) |"
            + " INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"
      })
  void failsWithSparksName(String sql, String errorClass) {
    assertThatThrownBy(() -> SqlTesting.eval(sql))
        .satisfies(
            e -> {
              if (e instanceof EvaluationException evaluation) {
                assertThat(evaluation.code()).isEqualTo(errorClass);
              } else {
                assertThat(e).isInstanceOf(InvalidPipelineException.class);
              }
            });
  }

  @Test
  void wrongPatternsAreToldBeforeAnyRow() {
    assertThat(SqlTesting.problems("date_format(current_date(), 'YYYY')", Schema.EMPTY))
        .singleElement()
        .asString()
        .startsWith("test.sql:1:29: error[")
        .contains("'YYYY'");
    assertThat(SqlTesting.problems("extract(century FROM current_date())", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("'century'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The clocks go forward on 2024-03-31 and back on 2024-10-27.
        "hour(TIMESTAMP '2024-03-31T01:30:00Z') | 3",
        "TIMESTAMP '2024-03-31 02:30:00' | 2024-03-31 03:30:00",
        "unix_timestamp('2024-10-27 02:30:00') | 1729989000",
        "date_trunc('HOUR', TIMESTAMP '2024-10-27T01:30:00Z') | 2024-10-27 02:00:00",
        "unix_seconds(date_trunc('HOUR', TIMESTAMP '2024-10-27T01:30:00Z')) | 1729990800",
        "unix_seconds(date_trunc('DAY', TIMESTAMP '2024-03-31T10:00:00Z')) | 1711839600",
        "TIMESTAMP '2024-03-30 12:00:00' + INTERVAL '1' DAY | 2024-03-31 12:00:00",
        "TIMESTAMP '2024-03-30 12:00:00' + INTERVAL '25' HOUR | 2024-03-31 13:00:00",
        "TIMESTAMP '2024-03-30 12:00:00' + INTERVAL '23' HOUR | 2024-03-31 12:00:00",
        "unix_seconds(TIMESTAMP '2024-10-26T01:30:00Z' + INTERVAL '1' DAY) | 1729996200",
        "unix_seconds(TIMESTAMP '2024-10-28T01:30:00Z' - INTERVAL '1' DAY) | 1729992600",
        "unix_seconds(TIMESTAMP '2024-10-26T00:30:00Z' + INTERVAL '1' DAY) | 1729989000",
        "timestampdiff(HOUR, TIMESTAMP '2024-03-31 00:00:00', TIMESTAMP '2024-03-31 04:00:00') | 4",
        "date_format(TIMESTAMP '2024-07-01T00:00:00Z', 'HH:mm XXX z VV') |"
            + " 02:00 +02:00 CEST Europe/Berlin",
        "to_date(TIMESTAMP '2024-06-30T23:00:00Z') | 2024-07-01",
        "year(TIMESTAMP '2023-12-31T23:30:00Z') | 2024",
        "from_unixtime(0) | 1970-01-01 01:00:00",
        "current_timezone() | Europe/Berlin",
        "from_utc_timestamp('2016-08-31', 'Asia/Seoul') | 2016-08-31 09:00:00",
        "months_between('2024-03-31 23:00:00', '2024-02-29 01:00:00') | 1.0"
      })
  void wallClocksFollowTheSession(String sql, String shown) {
    assertThat(show(sql, ZoneId.of("Europe/Berlin"))).isEqualTo(shown);
  }

  private static String show(String sql, ZoneId zone) {
    Session session = new Session(zone, true);
    Problems problems = new Problems();
    Expression expression =
        new ExpressionCompiler(session, FunctionRegistry.load(), problems)
            .compile(SqlTesting.text(sql), Schema.EMPTY)
            .orElse(null);
    problems.throwIfErrors();
    StringBuilder out = new StringBuilder();
    Batch one = new Batch(Schema.EMPTY, List.of(), 1);
    ValueText.of(expression.type(), session)
        .append(expression.evaluate(one, EvaluationContext.NONE).flatten(), 0, out);
    return out.toString();
  }

  @Test
  void nowIsTheTimeOfTheBatch() {
    EvaluationContext context = new EvaluationContext(MARCH, 7, 0);
    Batch two = new Batch(Schema.EMPTY, List.of(), 2);
    assertThat(SqlTesting.bind("current_timestamp()").evaluate(two, context).value(1))
        .isEqualTo(MARCH);
    assertThat(SqlTesting.bind("year(now())").evaluate(two, context).value(1)).isEqualTo(2024);
    assertThat(SqlTesting.bind("current_date()").foldable()).isFalse();
    Batch texts = SqlTesting.batch("s STRING", List.of(List.of("12:00:00")));
    assertThat(SqlTesting.bind("to_timestamp(s)", texts.schema()).evaluate(texts, context).value(0))
        .isEqualTo(MARCH / 86_400_000_000L * 86_400_000_000L + 43_200_000_000L);
  }

  @Test
  void wordsInCastsStandForTimesOfTheBatch() {
    EvaluationContext context = new EvaluationContext(MARCH, 7, 0);
    Batch one = new Batch(Schema.EMPTY, List.of(), 1);
    assertThat(SqlTesting.bind("CAST('now' AS TIMESTAMP)").evaluate(one, context).value(0))
        .isEqualTo(MARCH);
    assertThat(SqlTesting.bind("year(CAST('today' AS DATE))").evaluate(one, context).value(0))
        .isEqualTo(2024);
    assertThat(SqlTesting.bind("CAST('today' AS DATE)").foldable()).isFalse();
    assertThat(SqlTesting.bind("CAST('epoch' AS DATE)").foldable()).isTrue();
  }
}
