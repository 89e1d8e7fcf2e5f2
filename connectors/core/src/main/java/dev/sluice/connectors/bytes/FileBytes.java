package dev.sluice.connectors.bytes;

import dev.sluice.operators.codec.ByteSource;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The bytes of a file in order: decompressed by its name, and in UTF-8 whatever its encoding. */
public final class FileBytes {
  private FileBytes() {}

  /**
   * The content of a file from {@code start} on; a compressed or encoded file has only one
   * beginning. Failures to decompress name the file.
   */
  public static ByteSource open(String name, FileInput input, long start, Charset encoding)
      throws IOException {
    Compression compression = Compression.ofFile(name);
    ByteSource bytes = plain(input, start);
    if (compression != Compression.NONE) {
      try {
        bytes = of(name, compression.reader(new FileStream(input)), compression);
      } catch (IOException e) {
        throw corrupt(name, compression, e);
      }
    }
    return isUtf8(encoding) ? bytes : new Transcoder(bytes, encoding);
  }

  /** True if bytes of that encoding are UTF-8 already. */
  public static boolean isUtf8(Charset encoding) {
    return encoding.equals(StandardCharsets.UTF_8) || encoding.equals(StandardCharsets.US_ASCII);
  }

  private static ByteSource plain(FileInput input, long start) {
    return new ByteSource() {
      private long position = start;

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = input.read(position, into, offset, length);
        position += Math.max(0, read);
        return read;
      }
    };
  }

  private static ByteSource of(String name, InputStream stream, Compression compression) {
    return (into, offset, length) -> {
      try {
        return stream.read(into, offset, length);
      } catch (IOException | RuntimeException e) {
        throw corrupt(name, compression, e);
      }
    };
  }

  private static PipelineException corrupt(String name, Compression compression, Exception e) {
    // Who reaches the end too early says so without a word.
    String what = e.getMessage() == null ? "it is cut short" : e.getMessage();
    return Unreadable.file(
        name, "it cannot be decompressed as " + compression.word() + ": " + what, e);
  }

  /** A file as a stream, which does not close the file. */
  private static final class FileStream extends InputStream {
    private final FileInput input;
    private long position;

    FileStream(FileInput input) {
      this.input = input;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int read = input.read(position, into, offset, length);
      position += Math.max(0, read);
      return read;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(Integer.MAX_VALUE, Math.max(0, input.length() - position));
    }
  }
}
