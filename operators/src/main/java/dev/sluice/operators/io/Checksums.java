package dev.sluice.operators.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Checksums of small files in the form that Hadoop, and so Spark, gives them on the local disk: a
 * file {@code .NAME.crc} beside each, which says {@code crc\0}, how many bytes a sum covers, and
 * the CRC-32 of each such piece, all big-endian. Written after the file and not synced: one that is
 * missing or torn says nothing, one that differs tells of damage. Other kinds of storage check what
 * they keep, and get none.
 */
public final class Checksums {
  private static final int MAGIC = 'c' << 24 | 'r' << 16 | 'c' << 8;
  private static final int HEADER = 8;
  private static final int PIECE = 512;

  private Checksums() {}

  /** Where the sums of a file lie. */
  public static String location(String file) {
    int name = file.lastIndexOf('/') + 1;
    return file.substring(0, name) + "." + file.substring(name) + ".crc";
  }

  private static boolean apply(FileStore store) {
    return store.scheme().equals("file");
  }

  /** The sums of bytes that come piece by piece. */
  public static final class Sum {
    private final int piece;
    private final CRC32 crc = new CRC32();
    private byte[] sums = new byte[64];
    private int length = HEADER;
    private int inPiece;

    private Sum(int piece) {
      this.piece = piece;
      ByteBuffer.wrap(sums).putInt(MAGIC).putInt(piece);
    }

    public void update(byte[] bytes, int offset, int count) {
      int from = offset;
      int end = offset + count;
      while (from < end) {
        int part = Math.min(end - from, piece - inPiece);
        crc.update(bytes, from, part);
        from += part;
        inPiece += part;
        if (inPiece == piece) {
          endPiece();
        }
      }
    }

    private void endPiece() {
      if (length + 4 > sums.length) {
        sums = Arrays.copyOf(sums, sums.length * 2);
      }
      ByteBuffer.wrap(sums).putInt(length, (int) crc.getValue());
      length += 4;
      crc.reset();
      inPiece = 0;
    }

    /** The content of the side file; no more bytes may follow. */
    private byte[] bytes() {
      if (inPiece > 0) {
        endPiece();
      }
      return Arrays.copyOf(sums, length);
    }
  }

  /** To sum up a file about to be written. */
  public static Sum begin() {
    return new Sum(PIECE);
  }

  /** Writes a small file whole, and its sums; fails if it is there already. Durable on return. */
  public static void write(FileStore store, String location, byte[] bytes) throws IOException {
    forget(store, location);
    store.write(location, bytes);
    Sum sum = begin();
    sum.update(bytes, 0, bytes.length);
    keep(store, location, sum);
  }

  /** Must come before a file is written or removed: sums of another content would condemn it. */
  public static void forget(FileStore store, String location) throws IOException {
    if (apply(store)) {
      store.delete(location(location));
    }
  }

  /** Keeps the sums of a file that is there. */
  public static void keep(FileStore store, String location, Sum sum) {
    if (apply(store)) {
      try {
        store.writeLoosely(location(location), sum.bytes());
      } catch (IOException e) {
        // The file itself is whole; without sums it is believed.
      }
    }
  }

  /** What is needed to check a file while it is read; null if nothing is known of it. */
  public static @Nullable Check check(FileStore store, String location) throws IOException {
    if (!apply(store)) {
      return null;
    }
    byte[] stored;
    try {
      stored = store.readAll(location(location));
    } catch (NoSuchFileException e) {
      return null;
    }
    if (stored.length < HEADER || ByteBuffer.wrap(stored).getInt() != MAGIC) {
      return null;
    }
    int piece = ByteBuffer.wrap(stored).getInt(4);
    return piece < 1 ? null : new Check(stored, new Sum(piece));
  }

  /** True unless the sums tell that these are not the bytes that were written. */
  public static boolean matches(FileStore store, String location, byte[] bytes) throws IOException {
    Check check = check(store, location);
    if (check == null) {
      return true;
    }
    check.update(bytes, 0, bytes.length);
    return check.matches();
  }

  /** True if the sums tell that a file has been changed; reads all of it, piece by piece. */
  public static boolean differ(FileStore store, String location) throws IOException {
    Check check = check(store, location);
    if (check == null) {
      return false;
    }
    try (FileInput in = store.open(location)) {
      byte[] buffer = new byte[1 << 16];
      long position = 0;
      for (int read = in.read(0, buffer, 0, buffer.length);
          read > 0;
          read = in.read(position, buffer, 0, buffer.length)) {
        check.update(buffer, 0, read);
        position += read;
      }
    }
    return !check.matches();
  }

  /** The sums of a file as they are stored, beside those of what is read. */
  public static final class Check {
    private final byte[] stored;
    private final Sum sum;

    private Check(byte[] stored, Sum sum) {
      this.stored = stored;
      this.sum = sum;
    }

    public void update(byte[] bytes, int offset, int count) {
      sum.update(bytes, offset, count);
    }

    /** True if all that was read is what was written; no more may follow. */
    public boolean matches() {
      byte[] found = sum.bytes();
      // A crash may have cut the side file short.
      return stored.length <= found.length
          && Arrays.equals(stored, 0, stored.length, found, 0, stored.length);
    }
  }
}
