package dev.sluice.operators.io;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** A file being written. {@link #close} without {@link #commit} leaves nothing. Not thread-safe. */
public interface FileOutput extends Closeable {
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Bytes written so far. */
  long position();

  /**
   * Ends the writing ahead of {@link #commit}, which then only publishes: the bytes are durable on
   * return, where the storage can say so, and hold no more memory or file handle than needed.
   * Nothing is visible yet. Optional, once only; nothing may be written afterwards.
   */
  default void seal() throws IOException {}

  /**
   * Makes the file durable and visible: bytes synced, name published if it is still free, directory
   * synced. Once only; a failure means that the file is not there or not durable, and must not be
   * retried as if it were.
   */
  void commit() throws IOException;

  /**
   * The file that there is after {@link #commit}, if the storage told of it in passing; else the
   * store must be asked.
   */
  default Optional<FileStatus> committed() {
    return Optional.empty();
  }
}
