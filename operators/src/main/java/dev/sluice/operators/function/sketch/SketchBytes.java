package dev.sluice.operators.function.sketch;

import java.nio.ByteBuffer;
import java.util.Optional;

/** What stands in front of a stored sketch: who wrote it, which kind it is, and its size. */
final class SketchBytes {
  /** Magic number, kind and parameter. */
  static final int HEADER = 4 + 4 + 4;

  private static final int MAGIC = 0x534C534B;

  private SketchBytes() {}

  static ByteBuffer begin(int kind, int parameter, int length) {
    return ByteBuffer.allocate(HEADER + length).putInt(MAGIC).putInt(kind).putInt(parameter);
  }

  /** The bytes from the parameter on, if it is a sketch of that kind. */
  static Optional<ByteBuffer> open(byte[] bytes, int kind) {
    if (bytes.length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return in.getInt() == MAGIC && in.getInt() == kind ? Optional.of(in) : Optional.empty();
  }
}
