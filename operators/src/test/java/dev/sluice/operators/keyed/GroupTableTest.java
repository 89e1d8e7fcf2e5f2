package dev.sluice.operators.keyed;

import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class GroupTableTest {
  private static int[] slots(GroupTable table, KeyCodec codec, Batch keys) {
    KeyBatch encoded = new KeyBatch();
    codec.encode(keys.columns(), keys.rows(), encoded);
    int[] slots = new int[keys.rows()];
    table.findOrAdd(encoded, null, keys.rows(), slots);
    return slots;
  }

  private static int[] slots(DataType type, @Nullable Object... values) {
    KeyCodec codec = new KeyCodec(List.of(type));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Object value : values) {
      rows.add(row(value));
    }
    return slots(new GroupTable(codec), codec, batch(schema("k", type), rows));
  }

  @Test
  void takesEqualValuesForOneKey() {
    assertThat(slots(AtomicType.BIGINT, 5L, null, 5L, 0L, null)).containsExactly(0, 1, 0, 2, 1);
    assertThat(slots(AtomicType.DOUBLE, 0.0, -0.0, Double.NaN, -Double.NaN))
        .containsExactly(0, 0, 1, 1);
    assertThat(slots(AtomicType.FLOAT, 0.0f, -0.0f, null, 1f)).containsExactly(0, 0, 1, 2);
    assertThat(slots(AtomicType.STRING, "", null, "a", "", "a\0")).containsExactly(0, 1, 2, 0, 3);
    assertThat(slots(AtomicType.NULL, null, null)).containsExactly(0, 0);
  }

  @Test
  void takesNestedValuesOfEqualPartsForOneKey() {
    DataType array = new ArrayType(AtomicType.DOUBLE);
    assertThat(slots(array, List.of(), null, List.of(0.0), List.of(-0.0), Arrays.asList(0.0, null)))
        .containsExactly(0, 1, 2, 2, 3);
    DataType map = new MapType(AtomicType.STRING, AtomicType.INT);
    assertThat(
            slots(
                map,
                List.of(Map.entry("a", 1), Map.entry("b", 2)),
                List.of(Map.entry("b", 2), Map.entry("a", 1)),
                List.of(Map.entry("b", 1), Map.entry("a", 2))))
        .containsExactly(0, 0, 1);
    DataType struct =
        StructType.of(new Field("x", AtomicType.STRING), new Field("y", AtomicType.STRING));
    assertThat(slots(struct, row("a", "bc"), row("ab", "c"), row(null, null), null))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void tellsTheColumnsOfAKeyApart() {
    Schema schema = schema("a", AtomicType.STRING, "b", AtomicType.STRING);
    KeyCodec codec = new KeyCodec(List.of(AtomicType.STRING, AtomicType.STRING));
    assertThat(
            slots(
                new GroupTable(codec),
                codec,
                batch(schema, row("a", "bc"), row("ab", "c"), row(null, "a"), row("a", null))))
        .containsExactly(0, 1, 2, 3);
  }

  /** Random additions and removals against a map, with keys read back. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesWithAMapWhateverIsAddedAndRemoved(boolean numbers) {
    DataType type = numbers ? AtomicType.BIGINT : AtomicType.STRING;
    Schema schema = schema("k", type);
    KeyCodec codec = new KeyCodec(List.of(type));
    GroupTable table = new GroupTable(codec);
    Map<@Nullable Object, Integer> model = new HashMap<>();
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<List<@Nullable Object>> keys = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        long number = random.nextInt(3000);
        keys.add(row(number == 0 ? null : numbers ? (Object) number : "key-" + number));
      }
      int[] slots = slots(table, codec, batch(schema, keys));
      for (int i = 0; i < keys.size(); i++) {
        Object key = keys.get(i).get(0);
        Integer known = model.putIfAbsent(key, slots[i]);
        assertThat(known == null ? slots[i] : known).isEqualTo(slots[i]);
      }
      if (round % 3 == 2) {
        List<Object> some =
            model.keySet().stream().filter(key -> random.nextInt(3) == 0).toList().stream()
                .map(key -> (Object) String.valueOf(key))
                .toList();
        List<Integer> removed = new ArrayList<>();
        model
            .entrySet()
            .removeIf(
                entry ->
                    some.contains(String.valueOf(entry.getKey())) && removed.add(entry.getValue()));
        int[] gone = removed.stream().mapToInt(Integer::intValue).toArray();
        table.remove(gone, gone.length);
      }
      assertThat(table.size()).isEqualTo(model.size());
      int[] live = table.liveSlots();
      assertThat(new TreeSet<>(model.values()))
          .containsExactlyElementsOf(Arrays.stream(live).boxed().toList());
      Batch read = new Batch(schema, table.keys(live, 0, live.length), live.length);
      for (int i = 0; i < live.length; i++) {
        assertThat(model).containsEntry(read.column(0).value(i), live[i]);
      }
    }
    assertThat(table.slots()).isLessThan(3100);
  }
}
