package dev.sluice.operators.function.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.testing.SqlTesting;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of arrays and maps: the same whatever the shape of their columns; Spark's edges. */
class CollectionFunctionsTest {
  private static final Batch ROWS = rows(200, new Random(7));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "array(i, 1)",
        "array_contains(a, i)",
        "array_position(a, i)",
        "array_distinct(a)",
        "array_union(a, c)",
        "array_intersect(a, c)",
        "array_except(a, c)",
        "array_remove(a, i)",
        "array_compact(a)",
        "array_append(a, i)",
        "array_prepend(a, i)",
        "array_insert(a, 2, i)",
        "array_repeat(s, 2)",
        "arrays_overlap(a, c)",
        "arrays_zip(a, c)",
        "array_min(a)",
        "array_max(a)",
        "size(a)",
        "slice(a, 2, 2)",
        "sort_array(a)",
        "sort_array(a, false)",
        "array_sort(a)",
        "flatten(array(a, c))",
        "reverse(a)",
        "reverse(s)",
        "concat(a, c)",
        "concat(s, '-', s)",
        "try_element_at(a, 2)",
        "get(a, 1)",
        "array_join(a, ',')",
        "map_keys(m)",
        "map_values(m)",
        "map_entries(m)",
        "element_at(m, s)",
        "map_contains_key(m, s)",
        "map_from_entries(map_entries(m))",
        "struct(i, a)",
        "transform(a, x -> x + 1)",
        "transform(a, (x, k) -> x * k + i)",
        "filter(a, x -> x > i)",
        "exists(a, x -> x = i)",
        "forall(a, x -> x > 0)",
        "zip_with(a, c, (x, y) -> coalesce(x, 0) + coalesce(y, i))",
        "aggregate(a, 0, (acc, x) -> acc + coalesce(x, 0))",
        "transform(a, x -> filter(c, y -> y > x))",
        "map_filter(m, (k, v) -> v > i)",
        "transform_values(m, (k, v) -> v + i)",
        "transform_keys(m, (k, v) -> concat(k, 'x'))",
        "map_zip_with(m, m, (k, v, w) -> v + w)",
        "sequence(0, abs(i))"
      })
  void resultIsTheSameForFlatSelectedAndSingleRows(String sql) {
    List<Object> flat = SqlTesting.eval(sql, ROWS);
    int[] backwards = new int[ROWS.rows()];
    for (int i = 0; i < backwards.length; i++) {
      backwards[i] = ROWS.rows() - 1 - i;
    }
    List<Object> selected = SqlTesting.eval(sql, ROWS.select(backwards, backwards.length));
    for (int i = 0; i < ROWS.rows(); i++) {
      assertThat(selected.get(ROWS.rows() - 1 - i)).isEqualTo(flat.get(i));
      if (i % 10 == 0) {
        assertThat(SqlTesting.eval(sql, ROWS.slice(i, i + 1)))
            .isEqualTo(Arrays.asList(flat.get(i)));
        assertThat(SqlTesting.eval(sql, constant(i)))
            .isEqualTo(Arrays.asList(flat.get(i), flat.get(i)));
      }
    }
    assertThat(SqlTesting.eval(sql, Batch.empty(ROWS.schema()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "element_at(array(1, 2, 3), 4)       | INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
        "element_at(array(1, 2, 3), 0)       | INVALID_INDEX_OF_ZERO",
        "map(1, 'a', 1, 'b')                 | DUPLICATED_MAP_KEY",
        "map(cast(null as int), 'b')         | NULL_MAP_KEY",
        "slice(array(1), 0, 1)               | INVALID_PARAMETER_VALUE.START",
        "slice(array(1), 1, -1)              | INVALID_PARAMETER_VALUE.LENGTH",
        "array_insert(array(1), 0, 2)        | INVALID_INDEX_OF_ZERO",
        "sequence(1, 5, -1)                  | ILLEGAL_SEQUENCE_BOUNDARIES",
        "sequence(0L, 9223372036854775807L)  | COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
        "array_repeat(1, 2147483647)         | COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER"
      })
  void valuesThatBreakAFunctionFailWithSparksErrorClass(String sql, String errorClass) {
    assertThatThrownBy(() -> SqlTesting.show(sql))
        .isInstanceOfSatisfying(
            EvaluationException.class, e -> assertThat(e.code()).isEqualTo(errorClass));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array_contains(array(1, null), 2)                    | NULL",
        "arrays_overlap(array(1, null), array(2))             | NULL",
        "array_distinct(array(0.0D, -0.0D, double('NaN'), double('NaN'))) | [0.0, -0.0, NaN]",
        "array_insert(array(1, 2), -4, 0)                     | [0, null, 1, 2]",
        "sort_array(array(2, null, 1), false)                 | [2, 1, null]",
        "array_sort(array(2, null, 1))                        | [1, 2, null]",
        "slice(array(1, 2, 3), -2, 5)                         | [2, 3]",
        "size(cast(null as array<int>))                       | NULL",
        "reverse('aé😀b')                                      | b😀éa",
        "exists(array(1, null), x -> x > 1)                   | NULL",
        "forall(array(1, null), x -> x > 1)                   | false",
        "aggregate(array(), 5, (a, x) -> a)                   | 5",
        "array_sort(array(1, 3, 2), (l, r) -> r - l)          | [3, 2, 1]",
        "sequence(TIMESTAMP '2024-01-31 00:00:00', TIMESTAMP '2024-03-31 00:00:00', INTERVAL 1 MONTH) | [2024-01-31 00:00:00, 2024-02-29 00:00:00, 2024-03-31 00:00:00]"
      })
  void edgesAreSparks(String sql, String result) {
    assertThat(SqlTesting.show(sql)).isEqualTo(result);
  }

  private static Batch constant(int row) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < ROWS.columns().size(); c++) {
      columns.add(ConstantColumn.of(ROWS.schema().field(c).type(), ROWS.column(c).value(row), 2));
    }
    return new Batch(ROWS.schema(), columns, 2);
  }

  private static Batch rows(int count, Random random) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          Arrays.asList(
              random.nextInt(8) == 0 ? null : random.nextInt(5),
              random.nextInt(8) == 0 ? null : "k" + random.nextInt(4),
              random.nextInt(8) == 0 ? null : ints(random),
              random.nextInt(8) == 0 ? null : ints(random),
              random.nextInt(8) == 0 ? null : map(random)));
    }
    return SqlTesting.batch(
        "i INT, s STRING, a ARRAY<INT>, c ARRAY<INT>, m MAP<STRING, INT>", rows);
  }

  private static List<Object> ints(Random random) {
    List<Object> values = new ArrayList<>();
    for (int k = random.nextInt(6); k > 0; k--) {
      values.add(random.nextInt(6) == 0 ? null : random.nextInt(6));
    }
    return values;
  }

  private static List<Object> map(Random random) {
    List<Object> entries = new ArrayList<>();
    for (int k = random.nextInt(4); k > 0; k--) {
      entries.add(new SimpleImmutableEntry<>("k" + k, random.nextInt(6)));
    }
    return entries;
  }

  @Test
  void errorOfALambdaNamesTheRowOfTheInput() {
    Batch batch =
        SqlTesting.batch("a ARRAY<INT>", List.of(List.of(List.of(1, 2)), List.of(List.of(1, 0))));
    assertThatThrownBy(() -> SqlTesting.eval("transform(a, x -> 10 div x)", batch))
        .isInstanceOfSatisfying(EvaluationException.class, e -> assertThat(e.row()).isEqualTo(1));
  }
}
