package com.example.sluice;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.OutputMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code journal}: a file for each batch in a folder, exactly once. */
public final class JournalSinkType implements SinkType {
  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String summary() {
    return "A file for each batch in a folder";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.text("path", "The folder").mandatory(),
        Option.text("separator", "What stands between two values").orElse("|"));
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.APPEND, OutputMode.UPDATE);
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    Path folder = Path.of(context.baseDirectory()).resolve(options.text("path"));
    return new JournalSink(folder, options.text("separator"));
  }
}
