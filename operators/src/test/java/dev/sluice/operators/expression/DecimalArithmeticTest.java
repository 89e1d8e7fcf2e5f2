package dev.sluice.operators.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.testing.SqlTesting;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Decimal arithmetic in longs gives what BigDecimal does, whatever the digits and scales. */
class DecimalArithmeticTest {
  private final Random random = new Random(Long.getLong("properties.seed", 42));

  @Test
  void sumsProductsAndQuotientsAreThoseOfBigDecimal() {
    for (int round = 0; round < 300; round++) {
      DecimalType left = type();
      DecimalType right = type();
      Schema schema = new Schema(List.of(new Field("a", left), new Field("b", right)));
      List<BigDecimal> a = values(left);
      List<BigDecimal> b = values(right);
      Batch batch = new Batch(schema, List.of(column(left, a), column(right, b)), a.size());
      for (String call :
          List.of(
              "try_add(a, b)", "try_subtract(a, b)", "try_multiply(a, b)", "try_divide(a, b)")) {
        Expression expression = SqlTesting.bind(call, schema);
        DecimalType type = (DecimalType) expression.type();
        // All rows at once, where one overflow sends all the exact way, and each row alone.
        List<@Nullable Object> together = SqlTesting.eval(call, batch);
        for (int i = 0; i < a.size(); i++) {
          BigDecimal expected = expected(call, a.get(i), b.get(i), type);
          String what = call + " of " + left + " " + a.get(i) + " and " + right + " " + b.get(i);
          assertThat(together.get(i)).as(what).isEqualTo(expected);
          assertThat(SqlTesting.eval(call, batch.slice(i, i + 1)).get(0))
              .as(what)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static @Nullable BigDecimal expected(
      String call, BigDecimal a, BigDecimal b, DecimalType type) {
    if (call.startsWith("try_divide") && b.signum() == 0) {
      return null;
    }
    BigDecimal value =
        switch (call.substring(4, 7)) {
          case "add" -> a.add(b);
          case "sub" -> a.subtract(b);
          case "mul" -> a.multiply(b);
          default -> a.divide(b, type.scale(), RoundingMode.HALF_UP);
        };
    BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
    return scaled.precision() > type.precision() ? null : scaled;
  }

  private DecimalType type() {
    int precision = 1 + random.nextInt(38);
    return new DecimalType(precision, random.nextInt(precision + 1));
  }

  private List<BigDecimal> values(DecimalType type) {
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    List<BigDecimal> values = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      BigInteger unscaled =
          switch (i) {
            case 0 -> most;
            case 1 -> BigInteger.ZERO;
            case 2 -> BigInteger.ONE;
            default -> new BigInteger(1 + random.nextInt(most.bitLength()), random).min(most);
          };
      values.add(new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale()));
    }
    java.util.Collections.shuffle(values, random);
    return values;
  }

  private static Column column(DecimalType type, List<BigDecimal> values) {
    ColumnBuilder builder = ColumnBuilder.of(type, values.size());
    values.forEach(builder::appendValue);
    return builder.build();
  }
}
