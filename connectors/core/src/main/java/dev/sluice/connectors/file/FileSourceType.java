package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Files of one format as a source. */
final class FileSourceType implements SourceType, ConnectionCheck {
  private final FileFormat format;

  FileSourceType(FileFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return format.name();
  }

  @Override
  public String summary() {
    return format.summary();
  }

  @Override
  public List<Option> options() {
    return FileSourceOptions.declaredWith(format);
  }

  @Override
  public List<String> passThroughPrefixes() {
    return format.passThroughPrefixes();
  }

  @Override
  public void check(Options options, Problems problems) {
    check(options, true, problems);
  }

  @Override
  public void check(Options options, boolean streaming, Problems problems) {
    FileSourceOptions.check(options, streaming, problems);
    format.check(options, problems);
  }

  @Override
  public Schema hiddenColumns() {
    return FileColumns.HIDDEN;
  }

  @Override
  public SchemaRule schemaRule() {
    return format.needsSchema() ? SchemaRule.NEEDED : SchemaRule.OPTIONAL;
  }

  /**
   * The declared columns. Opening may add columns of {@code column=value} folders behind them, and
   * moves declared ones that are folders to the end.
   */
  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    if (declared.isEmpty() && format.fixedSchema(options).isPresent()) {
      return format.fixedSchema(options);
    }
    if (declared.isPresent() || format.needsSchema()) {
      if (declared.isEmpty() && !infers(options)) {
        problems.error(
            "missing-schema",
            options.at(),
            "a '" + name() + "' source needs a schema",
            "add 'schema:', or the option 'inferSchema: true' to look into the files there");
      }
      declared.ifPresent(schema -> checkVariants(schema, options, problems));
      declared.ifPresent(schema -> format.checkRead(schema, options, problems));
      return declared;
    }
    try {
      // A format of fixed columns knows them without files.
      return Optional.of(
          format.inferSchema(List.of(), options, FileSourceType::noStore, Session.DEFAULT));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private void checkVariants(Schema schema, Options options, Problems problems) {
    for (Field field : schema.fields()) {
      if (!format.readsVariants() && field.type().any(type -> type == AtomicType.VARIANT)) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'" + name() + "' files hold no VARIANT, as column '" + field.name() + "' is to be",
            "read a string and use parse_json");
      }
    }
  }

  private static FileStore noStore(String location) {
    throw new UnsupportedOperationException("nothing outside is touched here");
  }

  private static boolean infers(Options options) {
    return options
        .find("inferSchema")
        .map(text -> text.trim().equalsIgnoreCase("true"))
        .orElse(false);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    FileSourceOptions parsed = FileSourceOptions.of(options);
    return new FileSource(FileTable.open(format, options, declared, context), parsed, context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.location("path") + "'";
  }

  /** Lists the files, finds their columns, and opens one to see that it may be read. */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    FileTable table =
        FileTable.open(format, request.options(), request.schema(), request.sourceContext());
    table.requireReadable();
    int files = table.size();
    return new Connected(
        "'" + table.location() + "' with " + files + (files == 1 ? " file" : " files"),
        Optional.of(table.schema()));
  }
}
