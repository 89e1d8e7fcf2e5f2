package dev.sluice.connectors.bytes;

import dev.sluice.operators.codec.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text of some encoding as UTF-8; what is malformed becomes U+FFFD. */
final class Transcoder implements ByteSource {
  private static final int SIZE = 1 << 16;

  private final ByteSource source;
  private final CharsetDecoder decoder;
  private final CharsetEncoder encoder;
  private final ByteBuffer encoded = ByteBuffer.allocate(SIZE).flip();
  private final CharBuffer characters = CharBuffer.allocate(SIZE).flip();
  private boolean sourceEnded;
  private boolean decoded;
  private boolean ended;
  // What a read of less than one character must leave behind.
  private byte[] small = new byte[0];
  private int smallAt;

  Transcoder(ByteSource source, Charset encoding) {
    this.source = source;
    this.decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    this.encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length < 4 || smallAt < small.length) {
      return smallRead(into, offset, length);
    }
    return largeRead(into, offset, length);
  }

  private int largeRead(byte[] into, int offset, int length) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(into, offset, length);
    while (out.position() == offset && !ended) {
      if (!characters.hasRemaining() && !decoded) {
        decodeMore();
      }
      CoderResult result = encoder.encode(characters, out, decoded);
      if (decoded && result.isUnderflow() && !characters.hasRemaining()) {
        encoder.flush(out);
        ended = true;
      }
    }
    int count = out.position() - offset;
    return count == 0 ? -1 : count;
  }

  private int smallRead(byte[] into, int offset, int length) throws IOException {
    if (smallAt == small.length) {
      byte[] some = new byte[64];
      int read = largeRead(some, 0, some.length);
      if (read < 0) {
        return -1;
      }
      small = Arrays.copyOf(some, read);
      smallAt = 0;
    }
    int count = Math.min(length, small.length - smallAt);
    System.arraycopy(small, smallAt, into, offset, count);
    smallAt += count;
    return count;
  }

  private void decodeMore() throws IOException {
    characters.clear();
    while (characters.position() == 0 && !decoded) {
      encoded.compact();
      if (!sourceEnded) {
        int read = source.read(encoded.array(), encoded.position(), encoded.remaining());
        if (read < 0) {
          sourceEnded = true;
        } else {
          encoded.position(encoded.position() + read);
        }
      }
      encoded.flip();
      CoderResult result = decoder.decode(encoded, characters, sourceEnded);
      if (sourceEnded && result.isUnderflow()) {
        decoder.flush(characters);
        decoded = true;
      }
    }
    characters.flip();
  }
}
