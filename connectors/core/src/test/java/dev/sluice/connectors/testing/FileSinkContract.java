package dev.sluice.connectors.testing;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link SinkContract} for the files of a format, which are read back by its source. */
public abstract class FileSinkContract extends SinkContract {
  /** The format under test. */
  protected abstract FileFormat format();

  /** Options under which nothing of a value is lost. */
  protected Map<String, String> writeOptions() {
    return Map.of();
  }

  /** Options that make the format read what it writes. */
  protected Map<String, String> readOptions() {
    return Map.of();
  }

  /** Where files are written. */
  protected String out() {
    return folder + "/out";
  }

  @Override
  protected SinkType type() {
    return FormatComponents.sink(format());
  }

  @Override
  protected Map<String, String> options() {
    Map<String, String> options = new HashMap<>(writeOptions());
    options.put("path", out());
    return options;
  }

  @Override
  protected List<String> visible(Schema schema) throws IOException {
    return stores().of(out()).list(out()).isEmpty()
        ? List.of()
        : FileTesting.read(format(), schema, readOptions(), stores(), out());
  }
}
