package dev.sluice.operators.optimizer;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.data.AtomicType.TIMESTAMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SqlTesting;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bounds of time follow from a condition; those marked so were seen on Spark 4.1.3. */
@NullMarked
class JoinBoundsTest {
  private static final long WATERMARK = 100_000;

  private static Rel side(String letter, boolean watermark) {
    Schema schema =
        new Schema(
            List.of(
                new Field(letter + "k", STRING),
                new Field(letter + "v", BIGINT),
                new Field(letter + "t", TIMESTAMP),
                new Field(letter + "u", TIMESTAMP)));
    Rel read = new Rel.Read(letter, schema, true, Origin.NONE);
    return watermark ? new Rel.Watermark(read, 2, 0, Origin.NONE) : read;
  }

  private static Rel.Join join(String on, JoinType type, boolean left, boolean right) {
    Rel.Join open =
        new Rel.Join(side("l", left), side("r", right), type, SqlTesting.bind("true"), Origin.NONE);
    return new Rel.Join(
        open.left(), open.right(), type, SqlTesting.bind(on, open.pair()), Origin.NONE);
  }

  private static JoinBounds bounds(String on, JoinType type) {
    return JoinBounds.of(join(on, type, true, true));
  }

  private static String over(JoinBounds bounds, boolean left) {
    return bounds.over(left, WATERMARK).stream()
        .mapToObj(String::valueOf)
        .findFirst()
        .orElse("never");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lt = rt                                         | 100000 | 100000",
        "lt = rt AND lt > ru                             | 100000 | 100000",
        "lt >= rt                                        |  99999 | never",
        "lt > rt                                         | 100000 | never",
        "NOT (lt < rt)                                   |  99999 | never",
        "rt <= lt                                        |  99999 | never",
        "lt <= rt                                        | never  |  99999",
        "lt >= rt - INTERVAL 10 SECONDS                  |  89999 | never",
        "lt + INTERVAL 10 SECONDS > rt                   |  90000 | never",
        "lt - rt > INTERVAL 10 SECONDS                   | never  | never",
        "lt BETWEEN rt - INTERVAL 5 SECONDS AND rt + INTERVAL 3 SECONDS | 94999 | 96999",
        "lt > rt AND lt > rt - INTERVAL 1 MINUTE         |  40000 | never",
        "CAST(lt AS BIGINT) >= CAST(rt AS BIGINT) - 5    |  94999 | never",
        "lt > rt - INTERVAL 1 MONTH                      | never  | never",
        "lt > ru                                         | never  | never",
        "lu > rt                                         | 100000 | never",
        "lv > rv                                         | never  | never",
        "lt > rt + lv * INTERVAL 1 SECOND                | never  | never",
        "lt <=> rt                                       | never  | never",
        "date_trunc('HOUR', lt) >= rt                    | never  | never",
        "lt > rt OR lt < rt                              | never  | never"
      })
  void follow(String condition, String left, String right) {
    JoinBounds bounds = bounds("lk = rk AND " + condition, JoinType.FULL_OUTER);
    assertThat(over(bounds, true)).isEqualTo(left);
    assertThat(over(bounds, false)).isEqualTo(right);
    assertThat(bounds.forgets()).isEqualTo(!(left + right).equals("nevernever"));
  }

  /** Seen: a row of ten seconds is not given at a watermark of five minutes. */
  @Test
  void takesANumberForSecondsWhereTheJoinItselfAsks() {
    String on = "lk = rk AND lv > 4 AND lt >= rt - INTERVAL 10 SECONDS";
    assertThat(over(bounds(on, JoinType.LEFT_OUTER), true)).isEqualTo("4000");
    assertThat(over(bounds(on, JoinType.INNER), true)).isEqualTo("89999");
    assertThat(over(bounds(on, JoinType.RIGHT_OUTER), true)).isEqualTo("89999");
  }

  @Test
  void needWatermarksOnBothSides() {
    String on = "lk = rk AND lt >= rt";
    assertThat(JoinBounds.of(join(on, JoinType.INNER, false, true)).forgets()).isFalse();
    assertThat(JoinBounds.of(join(on, JoinType.INNER, true, false)).forgets()).isFalse();
    String equal = "lk = rk AND lt = rt";
    JoinBounds one = JoinBounds.of(join(equal, JoinType.INNER, false, true));
    assertThat(over(one, true)).isEqualTo("100000");
    assertThat(one.timeKey()).hasValue(1);
  }

  @Test
  void giveOnTheEarliestOfAllTimes() {
    assertThat(bounds("lk = rk", JoinType.INNER).output(WATERMARK)).isEqualTo(WATERMARK);
    String on = "lk = rk AND lt BETWEEN rt - INTERVAL 5 SECONDS AND rt + INTERVAL 3 SECONDS";
    assertThat(bounds(on, JoinType.INNER).output(WATERMARK)).isEqualTo(94_999);
    String later = "lk = rk AND lt >= rt + INTERVAL 5 SECONDS";
    assertThat(bounds(later, JoinType.INNER).output(WATERMARK)).isEqualTo(WATERMARK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LEFT_OUTER", "LEFT_SEMI"})
  void endForLeftRowsByTheRightWatermark(JoinType type) {
    assertThat(JoinBounds.ends(join("lk = rk AND lt >= rt", type, false, true))).isTrue();
    assertThat(JoinBounds.ends(join("lk = rk AND lt >= rt", type, true, false))).isFalse();
    assertThat(JoinBounds.ends(join("lk = rk AND lt <= rt", type, true, true))).isFalse();
    assertThat(JoinBounds.ends(join("lk = rk AND lt = rt", type, true, false))).isTrue();
    assertThat(JoinBounds.ends(join("lk = rk", type, true, true))).isFalse();
  }

  @Test
  void endForRightAndForEitherRows() {
    String left = "lk = rk AND lt >= rt";
    String right = "lk = rk AND lt <= rt";
    assertThat(JoinBounds.ends(join(left, JoinType.RIGHT_OUTER, true, true))).isFalse();
    assertThat(JoinBounds.ends(join(right, JoinType.RIGHT_OUTER, true, false))).isTrue();
    assertThat(JoinBounds.ends(join(left, JoinType.FULL_OUTER, true, true))).isTrue();
    assertThat(JoinBounds.ends(join(right, JoinType.FULL_OUTER, true, true))).isTrue();
    assertThat(JoinBounds.ends(join("lk = rk", JoinType.FULL_OUTER, true, true))).isFalse();
    assertThat(JoinBounds.ends(join("lk = rk", JoinType.INNER, false, false))).isTrue();
  }
}
