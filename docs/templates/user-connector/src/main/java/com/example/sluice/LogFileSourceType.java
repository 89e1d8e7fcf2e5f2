package com.example.sluice;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code logfile}: the lines that are appended to one file. */
public final class LogFileSourceType implements SourceType {
  static final Schema SCHEMA =
      Schema.of(
          new Field("line", AtomicType.STRING, false),
          new Field("position", AtomicType.BIGINT, false));

  @Override
  public String name() {
    return "logfile";
  }

  @Override
  public String summary() {
    return "The lines that are appended to one file";
  }

  /** Each option once: this is what is checked, what the editor offers, and what tells defaults. */
  @Override
  public List<Option> options() {
    return List.of(
        Option.text("path", "The file; it need not be there yet").mandatory(),
        Option.integer("maxLinesPerTrigger", "At most so many lines in a batch").atLeast(1));
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.REFUSED;
  }

  /** What the options cannot say one by one. Touches nothing outside. */
  @Override
  public void check(Options options, Problems problems) {
    if (options.find("path").orElse("x").endsWith("/")) {
      problems.error(
          "invalid-option-value",
          options.at("path"),
          "'path' is a folder",
          "name one file, or use 'format: text' for a folder");
    }
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Optional.of(SCHEMA);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    Path file = Path.of(context.baseDirectory()).resolve(options.text("path"));
    return new LogFileSource(file, options.findNumber("maxLinesPerTrigger").orElse(Long.MAX_VALUE));
  }
}
