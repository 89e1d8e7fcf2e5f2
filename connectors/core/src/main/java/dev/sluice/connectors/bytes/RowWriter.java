package dev.sluice.connectors.bytes;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes rows as text, one after the other: encoded, compressed, in pieces of some size. */
public final class RowWriter implements FileFormat.FileWriter {
  private static final int PIECE = 1 << 16;

  /** Puts one row, with its line end. */
  public interface RowEncoder {
    void row(List<FlatColumn> columns, int row, Bytes out);
  }

  private final OutputStream out;
  private final Charset encoding;
  private final RowEncoder encoder;
  private final Bytes held = new Bytes(2 * PIECE);

  public RowWriter(FileOutput output, Compression compression, Charset encoding, RowEncoder encoder)
      throws IOException {
    this.out = compression.writer(new FileStream(output));
    this.encoding = encoding;
    this.encoder = encoder;
  }

  /** What comes before the rows, such as a header. */
  public Bytes preface() {
    return held;
  }

  @Override
  public void write(Batch batch) throws IOException {
    List<FlatColumn> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(column.flatten());
    }
    for (int row = 0; row < batch.rows(); row++) {
      encoder.row(columns, row, held);
      if (held.size() >= PIECE) {
        drain();
      }
    }
  }

  private void drain() throws IOException {
    if (encoding.equals(StandardCharsets.UTF_8)) {
      out.write(held.data(), 0, held.size());
    } else {
      String text = new String(held.data(), 0, held.size(), StandardCharsets.UTF_8);
      out.write(text.getBytes(encoding));
    }
    held.clear();
  }

  @Override
  public void finish() throws IOException {
    drain();
    out.close();
  }

  @Override
  public long memoryBytes() {
    return held.data().length;
  }

  /** A file as a stream; closing it neither commits nor closes the file. */
  private static final class FileStream extends OutputStream {
    private final FileOutput output;

    FileStream(FileOutput output) {
      this.output = output;
    }

    @Override
    public void write(int b) throws IOException {
      output.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      output.write(bytes, offset, length);
    }
  }
}
