package dev.sluice.connectors.bytes;

import dev.sluice.connectors.BatchReader;
import dev.sluice.operators.codec.ByteSource;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** A reader of one file whose failures name the file, and the line of a record. */
public abstract class LocatedReader implements BatchReader {
  private final String location;
  private final FileInput input;
  private final Charset encoding;

  protected LocatedReader(String location, FileInput input, Charset encoding) {
    this.location = location;
    this.input = input;
    this.encoding = encoding;
  }

  @Override
  public final @Nullable Batch next() throws IOException {
    try {
      return read();
    } catch (RecordException e) {
      throw new PipelineException(e.code(), place(e.offset()) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw Unreadable.file(location, e.getMessage(), e);
    }
  }

  /** As {@link #next}. */
  protected abstract @Nullable Batch read() throws IOException;

  /** The byte, of the decoded data, where the first record of the last batch begins. */
  public abstract long firstOffset();

  @Override
  public void close() throws IOException {
    input.close();
  }

  /** The file and the line of a byte of the decoded data. */
  // Counted only now: keeping count while reading would cost every file.
  public String place(long offset) {
    try {
      ByteSource bytes = FileBytes.open(location, input, 0, encoding);
      byte[] buffer = new byte[1 << 16];
      long line = 1;
      long done = 0;
      byte before = 0;
      while (done < offset) {
        int read = bytes.read(buffer, 0, (int) Math.min(buffer.length, offset - done));
        if (read < 0) {
          break;
        }
        for (int i = 0; i < read; i++) {
          // \r\n is one line end, counted at its \n.
          if (buffer[i] == '\n' || before == '\r') {
            line++;
          }
          before = buffer[i];
        }
        done += read;
      }
      if (before == '\r') {
        line++;
      }
      return location + ":" + line;
    } catch (IOException | RuntimeException e) {
      return location + " at byte " + offset;
    }
  }
}
