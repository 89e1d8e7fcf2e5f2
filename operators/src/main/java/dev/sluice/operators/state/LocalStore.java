package dev.sluice.operators.state;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes by bytes, in order, outside the heap: the working copy of state that is larger than it. It
 * need not outlive the process: what is durable are the change logs and snapshots of the
 * checkpoint, from which it is made when a run starts. Thread-safe.
 */
public interface LocalStore extends AutoCloseable {
  /**
   * The value of each key, null for a key that is not there. One call for many keys costs far less
   * than many calls, and least if they come in order.
   */
  List<byte @Nullable []> get(List<byte[]> keys) throws IOException;

  /** Begins changes that are made together. */
  Changes change() throws IOException;

  /**
   * The entries with {@code from <= key < to}, compared as unsigned bytes, as they are at the time
   * of the call.
   */
  Cursor scan(byte[] from, byte[] to) throws IOException;

  /** The entries whose keys begin with these bytes, which are not all 0xFF. */
  default Cursor scan(byte[] prefix) throws IOException {
    int last = prefix.length - 1;
    while (prefix[last] == (byte) 0xFF) {
      last--;
    }
    byte[] to = Arrays.copyOf(prefix, last + 1);
    to[last]++;
    return scan(prefix, to);
  }

  /**
   * The entries whose keys begin with one of these bytes, those of one prefix after those of the
   * other; fastest if they come in order.
   */
  default Entries scan(List<byte[]> prefixes) throws IOException {
    return new PrefixEntries(this, prefixes);
  }

  /**
   * How many bytes an operator may hold in the heap from one epoch to the next, all its partitions
   * together, so that keys which come again need not be asked for.
   */
  default long heldBytes() {
    return Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 8);
  }

  @Override
  void close() throws IOException;

  /** Changes to one part of the store. One thread at a time. */
  interface Changes extends AutoCloseable {
    void put(byte[] key, byte[] value) throws IOException;

    /** Adds bytes at the end of a value, which is empty if the key is not there; reads nothing. */
    void append(byte[] key, byte[] more) throws IOException;

    void remove(byte[] key) throws IOException;

    /** Removes all keys with {@code from <= key < to}. */
    void removeRange(byte[] from, byte[] to) throws IOException;

    /** Makes the changes so far visible; more may follow. */
    void apply() throws IOException;

    /** Forgets what was not applied. */
    @Override
    void close();
  }

  /** Entries one after the other. One thread at a time. */
  interface Entries extends AutoCloseable {
    /** Goes to the next entry, first of all to the first; false if there is none. */
    boolean next() throws IOException;

    byte[] key();

    byte[] value();

    @Override
    void close();
  }

  /** Entries in the order of their keys. One thread at a time. */
  interface Cursor extends Entries {
    /** Goes to the first entry whose key is not below this one; false if there is none. */
    boolean seek(byte[] key) throws IOException;
  }
}
