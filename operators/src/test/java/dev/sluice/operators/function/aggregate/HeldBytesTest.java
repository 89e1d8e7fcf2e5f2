package dev.sluice.operators.function.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What aggregates hold is told by its bytes, by which it goes beyond the heap. */
class HeldBytesTest {
  private static final int VALUES = 5_000;
  private static final String KILOBYTE = "x".repeat(1000);
  private static final DataType TEXTS = new ArrayType(AtomicType.STRING, true);

  private static FlatColumn one(DataType type, Object value) {
    ColumnBuilder builder = ColumnBuilder.of(type, 1);
    builder.appendValue(value);
    return builder.build();
  }

  @Test
  void ofCollectedValues() {
    ElementStore texts = new ElementStore(AtomicType.STRING);
    ElementStore arrays = new ElementStore(TEXTS);
    ElementStore numbers = new ElementStore(AtomicType.BIGINT);
    for (ElementStore store : List.of(texts, arrays, numbers)) {
      store.resize(10);
    }
    for (int i = 0; i < VALUES; i++) {
      texts.add(i % 10, one(AtomicType.STRING, KILOBYTE), 0);
      arrays.add(i % 10, one(TEXTS, List.of(KILOBYTE, KILOBYTE)), 0);
      numbers.add(i % 10, one(AtomicType.BIGINT, 1L), 0);
    }
    assertThat(texts.memoryBytes()).isBetween(VALUES * 1000L, VALUES * 2500L);
    assertThat(arrays.memoryBytes()).isBetween(VALUES * 2000L, VALUES * 5000L);
    assertThat(numbers.memoryBytes()).isBetween(VALUES * 12L, VALUES * 40L);
  }

  @Test
  void ofOneNestedValueEach() {
    ValueSlots slots = ValueSlots.of(TEXTS);
    slots.resize(VALUES);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < VALUES; i++) {
        slots.set(i, one(TEXTS, List.of(KILOBYTE)), 0);
      }
    }
    assertThat(slots.memoryBytes()).isBetween(VALUES * 1000L, VALUES * 2500L);
    for (int i = 0; i < VALUES; i++) {
      slots.clear(i);
    }
    assertThat(slots.memoryBytes()).isLessThan(VALUES * 20L);
  }
}
