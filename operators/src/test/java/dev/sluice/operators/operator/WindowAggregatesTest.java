package dev.sluice.operators.operator;

import static dev.sluice.operators.testing.SqlTesting.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of every kind give what going through each frame gives. */
class WindowAggregatesTest {
  private static final int ROWS = 700;

  private static long value(long id) {
    return id * 7919 % 101 - 50;
  }

  private static final String INPUT =
      " FROM (SELECT id, id % 3 AS k, id * 7919 % 101 - 50 AS v FROM range(" + ROWS + "))";

  @ParameterizedTest
  @CsvSource({
    "-1000, 0",
    "-1000, 1000",
    "0, 1000",
    "-1, 1",
    "-3, 0",
    "2, 5",
    "-5, -2",
    "-90, 40",
    "-40, 90",
    "-100, -50",
    "50, 120",
    "-1000, -1",
    "1, 1000",
    "-65, 65"
  })
  void movingFramesSumUpTheirRows(int lower, int upper) {
    List<List<Long>> expected = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      long sum = 0;
      long most = Long.MIN_VALUE;
      long count = 0;
      List<Long> listed = new ArrayList<>();
      for (int place = lower; place <= upper; place++) {
        long other = id + 3L * place;
        if (other >= 0 && other < ROWS) {
          sum += value(other);
          most = Math.max(most, value(other));
          listed.add(value(other));
          count++;
        }
      }
      expected.add(
          List.of((long) id, count, count == 0 ? 0 : sum, count == 0 ? 0 : most, order(listed)));
    }
    String over =
        " OVER (PARTITION BY k ORDER BY id ROWS BETWEEN "
            + bound(lower)
            + " AND "
            + bound(upper)
            + ")";
    List<List<Long>> actual = new ArrayList<>();
    String sql =
        "SELECT id, count(v)"
            + over
            + ", coalesce(sum(v)"
            + over
            + ", 0), coalesce(max(v)"
            + over
            + ", 0), collect_list(v)"
            + over
            + INPUT
            + " ORDER BY id";
    query(sql)
        .forEach(
            row -> {
              List<Long> listed = new ArrayList<>();
              ((List<?>) Objects.requireNonNull(row.get(4))).forEach(v -> listed.add((Long) v));
              actual.add(
                  List.of(
                      (Long) Objects.requireNonNull(row.get(0)),
                      (Long) Objects.requireNonNull(row.get(1)),
                      (Long) Objects.requireNonNull(row.get(2)),
                      (Long) Objects.requireNonNull(row.get(3)),
                      order(listed)));
            });
    assertThat(actual).isEqualTo(expected);
  }

  private static String bound(int offset) {
    if (offset <= -1000) {
      return "UNBOUNDED PRECEDING";
    }
    return offset >= 1000
        ? "UNBOUNDED FOLLOWING"
        : offset < 0 ? -offset + " PRECEDING" : offset + " FOLLOWING";
  }

  /** A number that tells lists of different order apart. */
  private static long order(List<Long> values) {
    return values.hashCode();
  }

  @ParameterizedTest
  @CsvSource({"3", "40", "400"})
  void rangesOverManyEqualKeysAreThoseOfTheirValues(int spread) {
    Random random = new Random(spread);
    StringBuilder rows = new StringBuilder();
    List<Integer> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      keys.add(random.nextInt(spread));
      rows.append(i == 0 ? "" : ", ").append('(').append(keys.get(i)).append(')');
    }
    keys.sort(null);
    List<List<Object>> expected = new ArrayList<>();
    for (int key : keys) {
      expected.add(List.of(key, keys.stream().filter(k -> k >= key - 7 && k <= key + 4).count()));
    }
    assertThat(
            query(
                "SELECT a, count(*) OVER (ORDER BY a RANGE BETWEEN 7 PRECEDING AND 4 FOLLOWING)"
                    + " FROM VALUES "
                    + rows
                    + " AS t(a)"))
        .isEqualTo(expected);
  }
}
