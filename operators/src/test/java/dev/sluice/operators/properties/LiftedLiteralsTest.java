package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.operators.testing.SqlTesting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Expressions that are known to mean something, with their literals put into columns among other
 * values: what a function does for a constant it does for a column, and the other way round.
 */
class LiftedLiteralsTest {
  private static final long SEED = Long.getLong("properties.seed", 42);
  // A string, or a number that stands alone; not what follows DATE, TIMESTAMP, INTERVAL, X or "-".
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?<![\\w'\"])(?<!(?i:date|timestamp|timestamp_ntz|timestamp_ltz|interval|time|escape) {0,3})"
              + "('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|(?<![-.\\w])\\d+(?:\\.\\d+)?(?![\\w.]))");

  @Test
  void examplesOfAllFunctionsGiveTheSameFromColumns() {
    List<String> expressions = new ArrayList<>();
    for (Function function : Calls.functions(ScalarFunction.class::isInstance)) {
      for (FunctionDoc.Example example : function.doc().examples()) {
        expressions.add(example.sql());
      }
    }
    check(expressions);
  }

  @Test
  void observedExpressionsGiveTheSameFromColumns() throws IOException {
    Path cases = SharedData.require("conformance/expressions/cases.jsonl");
    List<String> expressions = new ArrayList<>();
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> each = Json.parseObject(line);
      String sql = String.valueOf(each.get("sql")).trim();
      if ("scalar".equals(each.get("shape")) && sql.regionMatches(true, 0, "SELECT ", 0, 7)) {
        expressions.add(sql.substring(7).replaceFirst(";$", ""));
      }
    }
    check(expressions);
  }

  private static void check(List<String> expressions) {
    List<String> violations = new ArrayList<>();
    int checked = 0;
    for (String sql : expressions) {
      for (int only = -1; only < 2; only++) {
        Optional<Lifted> lifted = lift(sql, only);
        if (lifted.isPresent()) {
          checked++;
          violations.addAll(lifted.get().violations());
        }
      }
    }
    assertThat(checked).isGreaterThan(expressions.size() / 4);
    assertThat(violations).as("seed %d", SEED).isEmpty();
  }

  /** An expression whose literals stand in columns, the first row holding what was written. */
  private record Lifted(String written, String sql, Expression expression, Batch rows) {
    List<String> violations() {
      Random random = new Random(SEED + sql.hashCode());
      List<String> violations = ScalarProperties.violations(sql, expression, rows, random, false);
      String first = outcome(() -> expression, Shapes.row(rows, 0));
      String constant =
          outcome(() -> SqlTesting.bind(written), new Batch(Schema.EMPTY, List.of(), 1));
      // What is refused for a constant pattern or position fails later for a column.
      boolean comparable = expression.deterministic() && !constant.equals("refused");
      if (comparable && !first.equals(constant) && violations.isEmpty()) {
        violations.add(written + " is " + constant + ", but from columns " + first + ": " + sql);
      }
      return violations;
    }
  }

  private static String outcome(Supplier<Expression> maker, Batch one) {
    try {
      Expression expression = maker.get();
      return String.valueOf(
          Shapes.comparable(expression.evaluate(one, EvaluationContext.NONE).value(0)));
    } catch (PipelineException e) {
      return e.code();
    } catch (InvalidPipelineException e) {
      return "refused";
    } catch (RuntimeException e) {
      return e + " at " + e.getStackTrace()[0];
    }
  }

  /** All literals in columns, or only one of them; empty if that cannot be bound. */
  private static Optional<Lifted> lift(String sql, int only) {
    Random random = new Random(SEED + sql.hashCode());
    RandomValues values = new RandomValues(random);
    Matcher literals = LITERAL.matcher(sql);
    StringBuilder text = new StringBuilder();
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int n = 0; literals.find(); n++) {
      if (only >= 0 && n != only) {
        continue;
      }
      DataType type;
      Object value;
      try {
        Expression literal = SqlTesting.bind(literals.group(1));
        type = literal.type();
        value = SqlTesting.eval(literals.group(1));
      } catch (RuntimeException e) {
        return Optional.empty();
      }
      String name = "literal_" + n;
      literals.appendReplacement(text, name);
      fields.add(new Field(name, type, true));
      columns.add(column(type, value, values));
    }
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    literals.appendTail(text);
    Schema schema = new Schema(fields);
    Batch rows = new Batch(schema, columns, columns.get(0).size());
    try {
      return Optional.of(
          new Lifted(sql, text.toString(), SqlTesting.bind(text.toString(), schema), rows));
    } catch (InvalidPipelineException e) {
      return Optional.empty();
    }
  }

  private static Column column(DataType type, @Nullable Object value, RandomValues values) {
    List<@Nullable Object> rows = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      rows.add(i % 2 == 0 ? value : values.value(type, 1));
    }
    return values.columnAfterFirst(type, rows);
  }
}
