package dev.sluice.operators.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnBuilderTest {
  static Stream<Arguments> typesWithValues() {
    StructType struct =
        StructType.of(new Field("a", AtomicType.INT), new Field("b", AtomicType.STRING));
    return Stream.of(
        Arguments.of(AtomicType.BOOLEAN, Arrays.asList(true, null, false)),
        Arguments.of(AtomicType.TINYINT, Arrays.asList(1, null, -128)),
        Arguments.of(AtomicType.DATE, Arrays.asList(0, null, -719162)),
        Arguments.of(AtomicType.BIGINT, Arrays.asList(Long.MAX_VALUE, null, Long.MIN_VALUE)),
        Arguments.of(AtomicType.FLOAT, Arrays.asList(1.5f, null, Float.NaN)),
        Arguments.of(AtomicType.DOUBLE, Arrays.asList(-0.0, null, Double.NaN)),
        Arguments.of(AtomicType.STRING, Arrays.asList("", null, "日本 😀")),
        Arguments.of(
            new DecimalType(10, 2),
            Arrays.asList(new BigDecimal("1.50"), null, new BigDecimal("-0.01"))),
        Arguments.of(
            new DecimalType(38, 4),
            Arrays.asList(
                new BigDecimal("9999999999999999999999999999999999.9999"),
                null,
                new BigDecimal("-1.0000"))),
        Arguments.of(
            AtomicType.CALENDAR_INTERVAL, Arrays.asList(new CalendarInterval(1, -2, 3), null)),
        Arguments.of(
            new ArrayType(AtomicType.INT), Arrays.asList(Arrays.asList(1, null), null, List.of())),
        Arguments.of(
            new MapType(AtomicType.STRING, AtomicType.INT),
            Arrays.asList(List.of(Map.entry("k", 1)), null, List.of())),
        Arguments.of(struct, Arrays.asList(Arrays.asList(1, null), null, Arrays.asList(2, "x"))),
        Arguments.of(AtomicType.NULL, Arrays.asList(null, null)));
  }

  @ParameterizedTest
  @MethodSource("typesWithValues")
  void givesBackWhatWasAppended(DataType type, List<Object> values) {
    FlatColumn column = build(type, values);
    assertThat(column.type()).isEqualTo(type);
    assertThat(read(column)).isEqualTo(values);
  }

  @ParameterizedTest
  @MethodSource("typesWithValues")
  void copiesFromEveryShapeOfColumn(DataType type, List<Object> values) {
    FlatColumn flat = build(type, values);
    int[] backwards = new int[values.size()];
    for (int i = 0; i < backwards.length; i++) {
      backwards[i] = backwards.length - 1 - i;
    }
    Column selected = flat.select(backwards, backwards.length);
    Column twice = selected.select(backwards, backwards.length);
    assertThat(read(twice)).isEqualTo(values);
    ColumnBuilder copy = ColumnBuilder.of(type, 0);
    for (int i : backwards) {
      copy.appendFrom(selected, i);
    }
    copy.appendFrom(new ConstantColumn(flat.gather(new int[] {0}, 1), 5), 3);
    List<Object> expected = new java.util.ArrayList<>(values);
    expected.add(values.get(0));
    assertThat(read(copy.build())).isEqualTo(expected);
    assertThat(read(selected.flatten().select(backwards, backwards.length).flatten()))
        .isEqualTo(values);
  }

  @ParameterizedTest
  @MethodSource("typesWithValues")
  void keepsNullsApartOverManyWords(DataType type, List<Object> values) {
    ColumnBuilder builder = ColumnBuilder.of(type, 1);
    for (int i = 0; i < 1000; i++) {
      builder.appendValue(values.get(i % values.size()));
    }
    FlatColumn column = builder.build();
    for (int i = 0; i < 1000; i++) {
      assertThat(column.value(i)).isEqualTo(values.get(i % values.size()));
      assertThat(column.isNull(i)).isEqualTo(values.get(i % values.size()) == null);
    }
  }

  private static FlatColumn build(DataType type, List<Object> values) {
    ColumnBuilder builder = ColumnBuilder.of(type, 0);
    values.forEach(builder::appendValue);
    return builder.build();
  }

  private static List<Object> read(Column column) {
    List<Object> values = new java.util.ArrayList<>();
    for (int i = 0; i < column.size(); i++) {
      values.add(column.value(i));
    }
    return values;
  }
}
