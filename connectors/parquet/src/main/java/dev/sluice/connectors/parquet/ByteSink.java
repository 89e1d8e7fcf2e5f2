package dev.sluice.connectors.parquet;

import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow; numbers are little-endian, as everywhere in Parquet. */
final class ByteSink extends OutputStream {
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  byte[] data;
  int size;

  ByteSink(int capacity) {
    data = new byte[capacity];
  }

  /** Makes room for so many more bytes. */
  void ensure(int more) {
    long needed = (long) size + more;
    if (needed > data.length) {
      if (needed > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("a page of more than 2 GiB");
      }
      data =
          Arrays.copyOf(
              data, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, data.length * 2L)));
    }
  }

  @Override
  public void write(int b) {
    ensure(1);
    data[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, data, size, length);
    size += length;
  }

  void putInt(int value) {
    ensure(4);
    INTS.set(data, size, value);
    size += 4;
  }

  void putVarint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    write(rest);
  }

  void clear() {
    size = 0;
  }

  byte[] toArray() {
    return Arrays.copyOf(data, size);
  }
}
