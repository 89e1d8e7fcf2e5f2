package dev.sluice.operators.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowOrderTest {
  @ParameterizedTest
  @CsvSource({
    "BIGINT,true,true", "BIGINT,false,true", "INT,true,false", "DOUBLE,true,true",
    "DOUBLE,false,false", "STRING,true,true", "STRING,false,true", "'DECIMAL(30,2)',true,true",
    "BOOLEAN,false,false"
  })
  void rowsComeOutAsComparingThemOneByOneSortsThem(
      String type, boolean ascending, boolean nullsFirst) {
    Random random = new Random(7);
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(Arrays.asList(random.nextInt(9) == 0 ? null : value(type, random)));
    }
    FlatColumn key = SqlTesting.batch("a " + type, rows).column(0).flatten();
    DataType keyType = TypeParser.parseType(type);
    SortOrder order =
        new SortOrder(new ColumnReference(0, "a", keyType, true), ascending, nullsFirst);
    ValueOrder values = ValueOrder.of(keyType);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      expected.add(i);
    }
    expected.sort((a, b) -> RowOrder.compare(values, key, a, key, b, ascending, nullsFirst));
    assertThat(new RowOrder(List.of(key), List.of(order)).sorted(rows.size()))
        .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Object value(String type, Random random) {
    return switch (type) {
      case "BIGINT" ->
          switch (random.nextInt(4)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            default -> (long) random.nextInt(20) - 10;
          };
      case "INT" -> random.nextInt(40) - 20;
      case "DOUBLE" ->
          switch (random.nextInt(6)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> 0.0;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> random.nextGaussian();
          };
      case "STRING" -> "prefix ".substring(random.nextInt(7)) + random.nextInt(30) + "é";
      case "BOOLEAN" -> random.nextBoolean();
      default -> new java.math.BigDecimal(random.nextInt(30)).setScale(2);
    };
  }
}
