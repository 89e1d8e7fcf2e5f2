package dev.sluice.operators.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/** A file open for reading at any position. Not thread-safe. */
public interface FileInput extends Closeable {
  long length() throws IOException;

  /** Reads up to {@code length} bytes at {@code position}; the number read, or -1 at the end. */
  int read(long position, byte[] into, int offset, int length) throws IOException;

  default void readFully(long position, byte[] into, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int read = read(position + done, into, offset + done, length - done);
      if (read < 0) {
        throw new EOFException("the file ends at byte " + (position + done));
      }
      done += read;
    }
  }
}
