package dev.sluice.connectors.console;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Set;

/** {@code console}: each batch on standard output. */
public final class ConsoleSinkType implements SinkType {
  private static final List<Option> OPTIONS =
      List.of(
          Option.integer("numRows", "How many rows of a batch a table shows")
              .orElse("20")
              .atLeast(0),
          Option.flag("truncate", true, "Cuts values to 20 characters and aligns them right"),
          Option.choice(
                  "style",
                  List.of("table", "json"),
                  "A table for people, or every row as a line of JSON")
              .orElse("table"));

  @Override
  public String name() {
    return "console";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  @Override
  public String summary() {
    return "Prints each batch, as a table or as JSON lines";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public boolean allowsTemporaryCheckpoint() {
    return true;
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    return new ConsoleSink(
        schema,
        options.text("style").equalsIgnoreCase("json"),
        Math.toIntExact(options.number("numRows")),
        options.flag("truncate"),
        context);
  }
}
