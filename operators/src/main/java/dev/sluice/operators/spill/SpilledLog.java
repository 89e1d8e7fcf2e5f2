package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.state.BatchBytes;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.StateStore;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Changes of an epoch that no longer fit the heap, in their order, until they are logged when it is
 * committed. Not thread-safe.
 */
final class SpilledLog {
  private final LocalStore store;
  private final byte[] prefix;
  private final Schema rows;
  private final Schema keys;
  private final BatchBytes packer = new BatchBytes();
  private long count;

  /**
   * @param prefix below which the store has nothing
   * @param keys of removals
   */
  SpilledLog(LocalStore store, byte[] prefix, Schema rows, Schema keys) {
    this.store = store;
    this.prefix = prefix;
    this.rows = rows;
    this.keys = keys;
  }

  private byte[] place(long number) {
    byte[] place = Arrays.copyOf(prefix, prefix.length + 8);
    Hashing.LONGS.set(place, prefix.length, Long.reverseBytes(number));
    return place;
  }

  void add(StateStore.Change change) throws IOException {
    packer.set(change.rows());
    byte[] value = new byte[1 + packer.length()];
    value[0] = (byte) (change.isRemoval() ? 1 : 0);
    System.arraycopy(packer.bytes(), 0, value, 1, packer.length());
    try (LocalStore.Changes changes = store.change()) {
      changes.put(place(count), value);
      changes.apply();
    }
    count++;
  }

  /** What was added, each read when it is asked for. */
  Iterable<StateStore.Change> changes() {
    long all = count;
    return () ->
        new Iterator<>() {
          private long next;

          @Override
          public boolean hasNext() {
            return next < all;
          }

          @Override
          public StateStore.Change next() {
            if (next >= all) {
              throw new NoSuchElementException();
            }
            return read(next++);
          }
        };
  }

  private StateStore.Change read(long number) {
    try {
      byte[] value = Objects.requireNonNull(store.get(List.of(place(number))).get(0));
      boolean isRemoval = value[0] == 1;
      DataInputStream in =
          new DataInputStream(new ByteArrayInputStream(value, 1, value.length - 1));
      Batch batch = Objects.requireNonNull(BatchBytes.read(isRemoval ? keys : rows, in));
      return new StateStore.Change(isRemoval, batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void clear() throws IOException {
    if (count > 0) {
      try (LocalStore.Changes changes = store.change()) {
        changes.removeRange(place(0), place(count));
        changes.apply();
      }
      count = 0;
    }
  }
}
