package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file of ours as the library's writer wants it. Closing it neither commits nor closes ours. */
record LibraryOutput(FileOutput output) implements OutputFile {
  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new Stream(output);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  /** Metadata comes in single bytes, so they are gathered. */
  private static final class Stream extends PositionOutputStream {
    private final FileOutput output;
    private final byte[] buffer = new byte[8192];
    private int held;

    Stream(FileOutput output) {
      this.output = output;
    }

    @Override
    public long getPos() {
      return output.position() + held;
    }

    @Override
    public void write(int b) throws IOException {
      if (held == buffer.length) {
        flush();
      }
      buffer[held++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > buffer.length - held) {
        flush();
      }
      if (length >= buffer.length) {
        output.write(bytes, offset, length);
      } else {
        System.arraycopy(bytes, offset, buffer, held, length);
        held += length;
      }
    }

    @Override
    public void flush() throws IOException {
      output.write(buffer, 0, held);
      held = 0;
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
