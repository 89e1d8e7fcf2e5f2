package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class GroupByStepTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("country", AtomicType.STRING),
          new Field("amount", AtomicType.BIGINT),
          new Field("time", AtomicType.TIMESTAMP),
          new Field("items", new ArrayType(AtomicType.STRING)));
  private final StepHarness harness = new StepHarness(SCHEMA);

  private static Map<Object, Object> map(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  @Test
  void givesTheKeysThenTheAggregations() {
    Object value =
        map(
            "keys",
            List.of("country", "upper(country) AS loud"),
            "agg",
            map("orders", "count(*)", "mean", "sum(amount) / count(*)"));
    assertThat(harness.plan(new GroupByStep(), value).schema().ddl())
        .isEqualTo("country STRING, loud STRING, orders BIGINT NOT NULL, mean DOUBLE");
    assertThat(harness.printed(new GroupByStep(), value))
        .contains("Aggregate STREAM keys [country AS country, upper(country) AS loud]");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void aggregatesEachBatchByItself() {
    assertThat(
            harness.printed(new GroupByStep(), map("agg", map("n", "count(*)"), "perBatch", true)))
        .contains("Aggregate BATCH keys []");
  }

  @Test
  void reportsEveryMistakeAndKeepsTheNames() {
    Schema schema =
        harness
            .plan(
                new GroupByStep(),
                map(
                    "keys",
                    List.of("contry"),
                    "agg",
                    map("a", "sum(amuont)", "b", "amount + 1", "c", "count(*)")))
            .schema();
    assertThat(schema.names()).containsExactly("a", "b", "c");
    assertThat(harness.problems())
        .anySatisfy(p -> assertThat(p).startsWith("p.yaml:2:1: error[unknown-column]"))
        .anySatisfy(p -> assertThat(p).startsWith("p.yaml:5:5: error[unknown-column]"));
  }

  @Test
  void putsRowsIntoWindowsBeforeTheyAreGrouped() {
    Object value =
        map(
            "window",
            map("column", "time", "duration", "10 minutes", "slide", "5 minutes"),
            "keys",
            List.of("country"),
            "agg",
            map("n", "count(*)"));
    assertThat(harness.plan(new GroupByStep(), value).schema().names())
        .containsExactly("window", "country", "n");
    assertThat(harness.printed(new GroupByStep(), value))
        .contains("Aggregate STREAM keys [window AS window, country AS country]")
        .contains("Generate window(time, 10 minutes, slide 5 minutes)");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void mergesSessionsOfABatchAndOfAStream() {
    Object window = map("column", "time", "gap", "10 minutes");
    Object agg = map("n", "count(*)");
    assertThat(
            harness.printed(new GroupByStep(), map("window", window, "agg", agg, "perBatch", true)))
        .contains("Sessions []");
    assertThat(harness.problems()).isEmpty();
    assertThat(harness.printed(new GroupByStep(), map("window", window, "agg", agg)))
        .contains("Sessions []");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void windowNeedsADurationWhateverElseItHas() {
    for (String other : List.of("slide", "startTime", "column")) {
      StepHarness harness = new StepHarness(SCHEMA);
      Object window = map("column", "time", other, other.equals("column") ? "time" : "5 minutes");
      harness.printed(new GroupByStep(), map("window", window, "agg", map("n", "count(*)")));
      assertThat(harness.problems())
          .singleElement()
          .asString()
          .contains("error[missing-key]: 'window' needs the key 'duration', or 'gap' for sessions");
    }
  }

  @Test
  void sessionsTakeNoKeyOfOtherWindows() {
    for (String other : List.of("duration", "slide", "startTime")) {
      StepHarness harness = new StepHarness(SCHEMA);
      Object window = map("column", "time", "gap", "10 minutes", other, "5 minutes");
      harness.printed(new GroupByStep(), map("window", window, "agg", map("n", "count(*)")));
      assertThat(harness.problems())
          .singleElement()
          .asString()
          .contains("error[conflicting-keys]: a window has a 'gap' or '" + other + "', not both");
    }
  }

  @Test
  void selectsExpressionsStarsAndGeneratedRows() {
    assertThat(
            harness
                .plan(new SelectStep(), List.of("*", "explode(items) AS item", "amount AS a"))
                .schema()
                .names())
        .containsExactly("country", "amount", "time", "items", "item", "a");
    assertThat(
            harness
                .plan(new SelectStep(), List.of("posexplode(items)", "1 AS one"))
                .schema()
                .names())
        .containsExactly("pos", "col", "one");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void selectsAColumnTwice() {
    assertThat(harness.plan(new SelectStep(), List.of("amount", "amount")).schema().names())
        .containsExactly("amount", "amount");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void placesAMistakeInsideItsItem() {
    harness.plan(new SelectStep(), List.of("amount", "country || contry AS c"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:2:12: error[unknown-column]: unknown column 'contry'; did you mean 'country'?");
  }
}
