package dev.sluice.connectors.pushdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.testing.SqlTesting;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said of conditions holds for each row that they keep. */
@NullMarked
class ConditionWalkTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("a", AtomicType.INT),
          new Field("b", AtomicType.INT),
          new Field("day", AtomicType.DATE),
          new Field("hidden", AtomicType.INT));

  /** Says conditions in letters; the column {@code hidden} cannot be asked about. */
  private static final class Letters extends ConditionWalk<String, RuntimeException> {
    @Override
    protected String and(List<String> operands) {
      return "and" + operands;
    }

    @Override
    protected String or(List<String> operands) {
      return "or" + operands;
    }

    @Override
    protected @Nullable String isNull(ColumnReference column, boolean not) {
      return name(column) + (not ? " is there" : " is null");
    }

    @Override
    protected @Nullable String compare(
        ColumnReference column, Comparison.Operator operator, Object value) {
      return name(column).equals("hidden") ? null : name(column) + operator.symbol() + value;
    }

    private static String name(ColumnReference column) {
      return SCHEMA.field(column.index()).name();
    }
  }

  private static @Nullable String said(String condition) {
    return new Letters().of(SqlTesting.bind(condition, SCHEMA));
  }

  @Test
  void partsOfAnAndThatCannotBeSaidAreLeftOut() {
    assertThat(said("a = 1 AND hidden = 2 AND b IS NULL")).isEqualTo("and[a=1, b is null]");
    assertThat(said("hidden = 2 AND a + b = 3")).isNull();
    assertThat(said("a = 1 OR (b = 2 AND hidden = 3)")).isEqualTo("or[a=1, and[b=2]]");
  }

  @Test
  void anOrIsSaidWholeOrNotAtAll() {
    assertThat(said("a = 1 OR b IS NOT NULL")).isEqualTo("or[a=1, b is there]");
    assertThat(said("a = 1 OR hidden = 2")).isNull();
  }

  @Test
  void aColumnOnTheRightTurnsTheComparison() {
    assertThat(said("1 < a AND 2 >= b AND 3 = a")).isEqualTo("and[a>1, b<=2, a=3]");
  }

  @Test
  void aConstantIsWhatItComesTo() {
    assertThat(said("day >= DATE'1970-01-31' - INTERVAL 1 DAY")).isEqualTo("day>=29");
    assertThat(said("a < 2 + 3")).isEqualTo("a<5");
  }

  @Test
  void whatNullMakesIsNotSaid() {
    assertThat(said("a = CAST(NULL AS INT)")).isNull();
    assertThat(said("a <=> 1")).isNull();
    assertThat(said("a IN (1, NULL)")).isNull();
  }

  @Test
  void onlyShortListsAreSaid() {
    assertThat(said("a IN (1, 2)")).isEqualTo("or[a=1, a=2]");
    assertThat(said("hidden IN (1, 2)")).isNull();
    assertThat(said("a IN (" + upTo(100) + ")")).isNotNull();
    assertThat(said("a IN (" + upTo(101) + ")")).isNull();
  }

  private static String upTo(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(", "));
  }
}
