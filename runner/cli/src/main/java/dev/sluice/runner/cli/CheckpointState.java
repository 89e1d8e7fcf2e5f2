package dev.sluice.runner.cli;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.operator.StateRows;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.runner.checkpoint.CheckpointSummary;
import java.util.List;

/** {@code runner checkpoint state}. */
final class CheckpointState implements Verb {
  @Override
  public String name() {
    return "checkpoint state";
  }

  @Override
  public Operands operands() {
    return Operands.one("DIR");
  }

  @Override
  public String summary() {
    return "prints what a step keeps, a row a key";
  }

  @Override
  public List<Flag> flags() {
    return StoreFlags.and(
        Flag.of("operator", "N", "which operator, as 'show' numbers them (the only one)"),
        Flag.of("batch", "N", "as it was after this batch (the last committed one)"),
        Flag.choice("format", List.of("table", "csv", "json"), "how rows are printed (table)"));
  }

  @Override
  public String notes() {
    return """
        Changes nothing, and may be asked while a run is under way.
          runner checkpoint state checkpoint --operator 0 --format csv""";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    String location = CheckpointVerb.location(arguments, console);
    try (StoreRegistry files = StoreFlags.files(arguments, console)) {
      print(files.of(location), location, arguments, console);
    }
    return Main.DONE;
  }

  private static void print(FileStore files, String location, Arguments arguments, Console console)
      throws Exception {
    CheckpointSummary summary = CheckpointSummary.read(files, location);
    List<Integer> operators = OperatorMetadata.operators(files, location + "/state");
    int operator;
    if (arguments.find("operator").isPresent()) {
      operator = (int) Math.min(CheckpointVerb.number(arguments, "operator"), Integer.MAX_VALUE);
    } else if (operators.size() == 1) {
      operator = operators.get(0);
    } else {
      operator = -1;
    }
    if (!operators.contains(operator)) {
      throw new UsageException(
          operators.isEmpty()
              ? "'" + location + "' keeps no state"
              : operator < 0
                  ? "'" + location + "' keeps the state of " + operators.size() + " operators"
                  : "'" + location + "' has no operator " + operator,
          operators.isEmpty() ? null : "choose one of " + operators + " with '--operator'");
    }
    long last = summary.committedBatch().orElse(-1L);
    long batch =
        arguments.find("batch").isPresent() ? CheckpointVerb.number(arguments, "batch") : last;
    if (batch > last || last < 0) {
      throw new UsageException(
          last < 0
              ? "'" + location + "' has no committed batch"
              : "batch " + batch + " is not committed; the last one is " + last,
          null);
    }
    StateRows rows = StateRows.of(files, location + "/state", operator);
    String format = arguments.find("format").orElse("table");
    ResultWriter writer = ResultWriter.of(format, rows.schema());
    StringBuilder text = new StringBuilder();
    writer.begin(text);
    rows.read(
        batch + 1,
        some -> {
          writer.rows(some, text);
          console.out().append(text);
          text.setLength(0);
        });
    writer.end(text);
    console.out().append(text);
  }
}
