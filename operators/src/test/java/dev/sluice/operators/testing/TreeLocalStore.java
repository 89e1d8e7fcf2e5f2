package dev.sluice.operators.testing;

import dev.sluice.operators.state.LocalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A store in a sorted map. */
@NullMarked
public final class TreeLocalStore implements LocalStore {
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private final long heldBytes;
  private int found;
  private boolean closed;

  /** Beside it nothing is held from one epoch to the next. */
  public TreeLocalStore() {
    this(0);
  }

  /**
   * @param heldBytes how much is held beside it
   */
  public TreeLocalStore(long heldBytes) {
    this.heldBytes = heldBytes;
  }

  @Override
  public synchronized List<byte @Nullable []> get(List<byte[]> keys) {
    List<byte @Nullable []> values = new ArrayList<>();
    for (byte[] key : keys) {
      byte[] value = entries.get(key);
      found += value == null ? 0 : 1;
      values.add(value);
    }
    return values;
  }

  /** How many keys were asked for and there. */
  public synchronized int found() {
    return found;
  }

  public synchronized int size() {
    return entries.size();
  }

  public boolean closed() {
    return closed;
  }

  @Override
  public long heldBytes() {
    return heldBytes;
  }

  @Override
  public Changes change() {
    List<Runnable> changes = new ArrayList<>();
    return new Changes() {
      @Override
      public void put(byte[] key, byte[] value) {
        changes.add(() -> entries.put(key, value));
      }

      @Override
      public void append(byte[] key, byte[] more) {
        changes.add(() -> entries.merge(key, more, TreeLocalStore::joined));
      }

      @Override
      public void remove(byte[] key) {
        changes.add(() -> entries.remove(key));
      }

      @Override
      public void removeRange(byte[] from, byte[] to) {
        changes.add(() -> entries.subMap(from, to).clear());
      }

      @Override
      public void apply() {
        synchronized (TreeLocalStore.this) {
          changes.forEach(Runnable::run);
          changes.clear();
        }
      }

      @Override
      public void close() {}
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Override
  public synchronized Cursor scan(byte[] from, byte[] to) {
    TreeMap<byte[], byte[]> seen = new TreeMap<>(entries.subMap(from, to));
    return new Cursor() {
      private Iterator<Map.Entry<byte[], byte[]>> all = seen.entrySet().iterator();
      private Map.@Nullable Entry<byte[], byte[]> at;

      @Override
      public boolean seek(byte[] key) {
        all = seen.tailMap(key, true).entrySet().iterator();
        return next();
      }

      @Override
      public boolean next() {
        at = all.hasNext() ? all.next() : null;
        return at != null;
      }

      @Override
      public byte[] key() {
        return at == null ? new byte[0] : at.getKey();
      }

      @Override
      public byte[] value() {
        return at == null ? new byte[0] : at.getValue();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {
    closed = true;
  }
}
