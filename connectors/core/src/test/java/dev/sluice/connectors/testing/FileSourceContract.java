package dev.sluice.connectors.testing;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** {@link SourceContract} for the files of a format, which are written by its sink. */
public abstract class FileSourceContract extends SourceContract {
  private int rows;

  /** The format under test. */
  protected abstract FileFormat format();

  /** The columns of the files. */
  protected Schema schema() {
    return Schema.of(
        new Field("id", AtomicType.BIGINT),
        new Field("name", AtomicType.STRING),
        new Field("amount", AtomicType.DOUBLE));
  }

  /** Options that make the format read what it writes. */
  protected Map<String, String> readOptions() {
    return Map.of();
  }

  private String in() {
    return root() + "/in";
  }

  /** By a file that is passed over. */
  @BeforeEach
  final void makeFolder() throws IOException {
    stores().of(in()).write(in() + "/_there", new byte[0]);
  }

  @Override
  protected SourceType type() {
    return FormatComponents.source(format());
  }

  @Override
  protected Map<String, String> options() {
    Map<String, String> options = new HashMap<>(readOptions());
    options.put("path", in());
    return options;
  }

  @Override
  protected Optional<Schema> declared() {
    return Optional.of(schema());
  }

  @Override
  protected Map<String, String> limit() {
    return Map.of("maxFilesPerTrigger", "1");
  }

  @Override
  protected int mostRows() {
    return 4;
  }

  @Override
  protected int produce() throws IOException {
    int before = rows;
    for (int size : new int[] {4, 3}) {
      FileTesting.put(format(), Rows.numbered(schema(), rows, size), folder, stores(), in());
      rows += size;
    }
    return rows - before;
  }
}
