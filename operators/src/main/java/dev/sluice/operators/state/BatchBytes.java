package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Batches as bytes, for what lives no longer than a process of this version: rows (4 bytes,
 * big-endian), length (4), the columns. The schema is known otherwise. Reused; not thread-safe.
 */
public final class BatchBytes {
  private static final int HEADER = 8;
  private static final int MOST = 1 << 30;

  private final ColumnWriter columns = new ColumnWriter();
  private byte[] bytes = new byte[1 << 12];
  private int length;

  /** Takes a batch: its bytes are in {@link #bytes} until the next one. */
  public void set(Batch batch) {
    columns.reset();
    columns.batch(batch);
    length = HEADER + columns.position();
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, Math.min(MOST, length * 2))];
    }
    number(0, batch.rows());
    number(4, columns.position());
    System.arraycopy(columns.bytes(), 0, bytes, HEADER, columns.position());
  }

  private void number(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  /** The first {@link #length} are those of the batch. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** The next batch; null at the end. Fails if it ends in the middle or makes no sense. */
  public static @Nullable Batch read(Schema schema, DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int rows = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int length = in.readInt();
    if (rows < 0 || length < 0 || length > MOST) {
      throw new IOException("these are no batches");
    }
    byte[] columns = in.readNBytes(length);
    if (columns.length < length) {
      throw new EOFException("a batch is cut short");
    }
    try {
      return new ColumnReader(columns).batch(schema, rows);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a batch is damaged", e);
    }
  }
}
