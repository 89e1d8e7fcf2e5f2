package dev.sluice.operators.io;

import java.io.Closeable;
import java.io.IOException;

/** A file being written. {@link #close} without {@link #commit} leaves nothing. Not thread-safe. */
public interface FileOutput extends Closeable {
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Bytes written so far. */
  long position();

  /**
   * Makes the file durable and visible: bytes synced, name published if it is still free, directory
   * synced. Once only; a failure means that the file is not there or not durable, and must not be
   * retried as if it were.
   */
  void commit() throws IOException;
}
