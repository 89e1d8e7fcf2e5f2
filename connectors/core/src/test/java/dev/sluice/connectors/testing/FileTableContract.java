package dev.sluice.connectors.testing;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** {@link TableContract} for the files of a format, which are written by its sink. */
public abstract class FileTableContract extends TableContract {
  private static final Schema SCHEMA =
      Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));

  private int rows;

  /** The format under test. */
  protected abstract FileFormat format();

  /** Options that make the format read what it writes. */
  protected Map<String, String> readOptions() {
    return Map.of();
  }

  @BeforeEach
  final void makeFolder() throws IOException {
    Files.createDirectories(folder.resolve("in"));
  }

  @Override
  protected SourceType type() {
    return FormatComponents.source(format());
  }

  @Override
  protected Map<String, String> options() {
    Map<String, String> options = new HashMap<>(readOptions());
    options.put("path", "in");
    return options;
  }

  @Override
  protected Optional<Schema> declared() {
    return Optional.of(SCHEMA);
  }

  @Override
  protected int produce() throws IOException {
    LocalFileStore files = new LocalFileStore();
    String in = folder.resolve("in").toString();
    FileTesting.put(format(), Rows.numbered(SCHEMA, rows, 5), folder, location -> files, in);
    rows += 5;
    return 5;
  }
}
