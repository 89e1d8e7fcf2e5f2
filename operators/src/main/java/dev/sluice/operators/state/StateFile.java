package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of state: a header, then blocks of rows to put or to remove, then an end. Integers are
 * little-endian.
 *
 * <pre>
 * header  "SLST", format 1 (1 byte), length of the types (4), the types of the columns (UTF-8)
 * block   kind (1: 1 put, 2 remove, 0 end), rows (4), length (4), the columns
 * </pre>
 *
 * The end has, for rows, one more than how many there are in the state; 0 if that was not known.
 *
 * <p>Header and blocks are each followed by their CRC32C (4); a file without its end is not whole.
 */
final class StateFile {
  private static final byte[] MAGIC = {'S', 'L', 'S', 'T', 1};
  private static final int BLOCK_HEADER = 9;
  private static final byte PUT = 1;
  private static final byte REMOVE = 2;
  private static final byte END = 0;
  private final FileStore files;
  private final String location;
  private final Schema schema;
  private final Schema keys;
  private final List<StateLayout> earlier;
  private @Nullable StateLayout written;

  /**
   * @param earlier what rows looked like in older files
   */
  StateFile(
      FileStore files, String location, Schema schema, Schema keys, List<StateLayout> earlier) {
    this.files = files;
    this.location = location;
    this.schema = schema;
    this.keys = keys;
    this.earlier = earlier;
  }

  /**
   * Writes the file; fails if it is there. How many bytes it has.
   *
   * @param rows how many rows there are with it, -1 if nobody knows
   */
  long write(Iterable<StateStore.Change> changes, long rows) throws IOException {
    try (FileOutput out = files.create(location)) {
      writeHeader(out);
      ColumnWriter columns = new ColumnWriter();
      for (StateStore.Change change : changes) {
        writeBlock(out, change.isRemoval() ? REMOVE : PUT, change.rows(), columns);
      }
      writeEnd(out, rows);
      out.commit();
      return out.position();
    }
  }

  /** Rows to put in the form of blocks, each made when it is asked for. */
  Iterable<byte[]> blocks(Iterable<Batch> puts) {
    return () -> {
      Iterator<Batch> all = puts.iterator();
      ColumnWriter columns = new ColumnWriter();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public byte[] next() {
          Batch batch = all.next();
          columns.reset();
          columns.batch(batch);
          byte[] block = new byte[BLOCK_HEADER + columns.position()];
          blockHeader(block, PUT, batch, columns);
          System.arraycopy(columns.bytes(), 0, block, BLOCK_HEADER, columns.position());
          return block;
        }
      };
    };
  }

  /**
   * Writes a file of such blocks; fails if it is there. How many bytes it has.
   *
   * @throws CancellationException if it was stopped; there is no file then
   */
  long writeBlocks(Iterable<byte[]> blocks, BooleanSupplier stopped) throws IOException {
    try (FileOutput out = files.create(location)) {
      writeHeader(out);
      for (byte[] block : blocks) {
        if (stopped.getAsBoolean()) {
          throw new CancellationException();
        }
        writeChecked(out, block, block.length);
      }
      writeEnd(out, -1);
      if (stopped.getAsBoolean()) {
        throw new CancellationException();
      }
      out.commit();
      return out.position();
    }
  }

  private void writeHeader(FileOutput out) throws IOException {
    byte[] types = OperatorMetadata.types(schema).getBytes(StandardCharsets.UTF_8);
    byte[] header = new byte[MAGIC.length + 4 + types.length];
    System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
    ColumnWriter.INTS.set(header, MAGIC.length, types.length);
    System.arraycopy(types, 0, header, MAGIC.length + 4, types.length);
    writeChecked(out, header, header.length);
  }

  private static void writeEnd(FileOutput out, long rows) throws IOException {
    byte[] header = new byte[BLOCK_HEADER];
    header[0] = END;
    ColumnWriter.INTS.set(header, 1, (int) Math.min(rows + 1, 0xFFFFFFFFL));
    writeChecked(out, header, header.length);
  }

  /** How many rows there were when the file was written, as its end says; -1 if it does not. */
  long rows() throws IOException {
    try (FileInput in = files.open(location)) {
      long end = in.length() - BLOCK_HEADER - 4;
      byte[] header = bytes(in, end < 0 ? in.length() : end, BLOCK_HEADER);
      check(in, header, header.length, end);
      if (header[0] != END) {
        throw damaged(end, "it has no end", null);
      }
      return ((int) ColumnWriter.INTS.get(header, 1) & 0xFFFFFFFFL) - 1;
    }
  }

  private static void writeBlock(FileOutput out, byte kind, Batch batch, ColumnWriter columns)
      throws IOException {
    columns.reset();
    columns.batch(batch);
    byte[] header = new byte[BLOCK_HEADER];
    blockHeader(header, kind, batch, columns);
    CRC32C crc = new CRC32C();
    crc.update(header);
    crc.update(columns.bytes(), 0, columns.position());
    out.write(header, 0, header.length);
    out.write(columns.bytes(), 0, columns.position());
    writeCrc(out, crc);
  }

  private static void blockHeader(byte[] into, byte kind, Batch batch, ColumnWriter columns) {
    into[0] = kind;
    ColumnWriter.INTS.set(into, 1, batch.rows());
    ColumnWriter.INTS.set(into, 5, columns.position());
  }

  private static void writeChecked(FileOutput out, byte[] bytes, int length) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    out.write(bytes, 0, length);
    writeCrc(out, crc);
  }

  private static void writeCrc(FileOutput out, CRC32C crc) throws IOException {
    byte[] sum = new byte[4];
    ColumnWriter.INTS.set(sum, 0, (int) crc.getValue());
    out.write(sum, 0, 4);
  }

  /** Reads all of it; fails naming the file if it is missing, damaged or of other columns. */
  void read(StateStore.Restorer into) throws IOException {
    try (FileInput in = files.open(location)) {
      long position = readHeader(in);
      boolean end = false;
      while (!end) {
        position = readBlock(in, position, into);
        end = position < 0;
      }
    } catch (NoSuchFileException e) {
      throw CheckpointException.missing(location, "it was listed");
    }
  }

  private long readHeader(FileInput in) throws IOException {
    byte[] start = bytes(in, 0, MAGIC.length + 4);
    for (int i = 0; i < MAGIC.length - 1; i++) {
      if (start[i] != MAGIC[i]) {
        throw damaged(0, "it is no state file", null);
      }
    }
    if (start[MAGIC.length - 1] != MAGIC[MAGIC.length - 1]) {
      throw CheckpointException.newer(location, Byte.toString(start[MAGIC.length - 1]));
    }
    int length = (int) ColumnWriter.INTS.get(start, MAGIC.length);
    byte[] whole = bytes(in, 0, length < 0 ? -1 : MAGIC.length + 4L + length);
    check(in, whole, whole.length, 0);
    String written = new String(whole, MAGIC.length + 4, length, StandardCharsets.UTF_8);
    this.written = null;
    for (StateLayout layout : earlier) {
      if (written.equals(OperatorMetadata.types(layout.schema()))) {
        this.written = layout;
      }
    }
    if (this.written == null && !written.equals(OperatorMetadata.types(schema))) {
      throw new StateMismatchException(
          "the state file '"
              + location
              + "' holds the columns "
              + written
              + ", but the pipeline keeps "
              + OperatorMetadata.types(schema)
              + "; start with a new checkpointLocation");
    }
    return whole.length + 4L;
  }

  /** Where the next block begins, or -1 after the end. */
  private long readBlock(FileInput in, long position, StateStore.Restorer into) throws IOException {
    byte[] header = bytes(in, position, BLOCK_HEADER);
    int rows = (int) ColumnWriter.INTS.get(header, 1);
    int length = (int) ColumnWriter.INTS.get(header, 5);
    byte[] whole = bytes(in, position, length < 0 ? -1 : BLOCK_HEADER + (long) length);
    check(in, whole, whole.length, position);
    if (header[0] == END) {
      if (in.length() != position + whole.length + 4) {
        throw damaged(position, "there is more after its end", null);
      }
      return -1;
    }
    if (header[0] != PUT && header[0] != REMOVE || rows < 0) {
      throw damaged(position, "a block of unknown kind", null);
    }
    byte[] columns = Arrays.copyOfRange(whole, BLOCK_HEADER, whole.length);
    Batch batch;
    StateLayout layout = written;
    Schema rowSchema = layout == null ? schema : layout.schema();
    try {
      batch = new ColumnReader(columns).batch(header[0] == PUT ? rowSchema : keys, rows);
    } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException e) {
      throw damaged(position, "a block that makes no sense", e);
    }
    if (header[0] == PUT) {
      into.put(layout == null ? batch : layout.lift().apply(batch));
    } else {
      into.remove(batch);
    }
    return position + whole.length + 4;
  }

  private byte[] bytes(FileInput in, long position, long length) throws IOException {
    if (length < 0 || length > in.length() - position || length > Integer.MAX_VALUE - 16) {
      throw damaged(position, "it is cut short", null);
    }
    byte[] bytes = new byte[(int) length];
    in.readFully(position, bytes, 0, bytes.length);
    return bytes;
  }

  private void check(FileInput in, byte[] bytes, int length, long position) throws IOException {
    byte[] sum = bytes(in, position + length, 4);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    if ((int) crc.getValue() != (int) ColumnWriter.INTS.get(sum, 0)) {
      throw damaged(position, "a checksum differs", null);
    }
  }

  private CheckpointException damaged(long position, String what, @Nullable Throwable cause) {
    return CheckpointException.damaged(location, what + " (at byte " + position + ")", cause);
  }
}
