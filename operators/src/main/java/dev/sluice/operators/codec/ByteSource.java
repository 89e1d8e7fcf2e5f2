package dev.sluice.operators.codec;

import java.io.IOException;

/** Bytes in order: a file, a part of one, or what a decompressor gives. Single-threaded. */
public interface ByteSource {
  /** Reads 1 to {@code length} bytes; the number read, or -1 at the end. */
  int read(byte[] into, int offset, int length) throws IOException;
}
