package dev.sluice.runner.cli;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.operator.StateRows;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.runner.checkpoint.CheckpointLock;
import dev.sluice.runner.checkpoint.CheckpointSummary;
import dev.sluice.runner.checkpoint.Fingerprint;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.checkpoint.Rewind;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code runner checkpoint}: shows what one says, prints state, goes back. */
final class CheckpointVerb implements Verb {
  private static final List<String> ACTIONS = List.of("show", "state", "rewind");

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public String operands() {
    return "show|state|rewind DIR";
  }

  @Override
  public int leastOperands() {
    return 2;
  }

  @Override
  public int mostOperands() {
    return 2;
  }

  @Override
  public String summary() {
    return "tells what a checkpoint says, prints its state, takes it back to an earlier batch";
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Flag.choice(
            "format",
            List.of("human", "json", "table", "csv"),
            "show: human or json (human); state: table, csv or json (table)"),
        Flag.of("operator", "N", "state: which operator, as 'show' numbers them (the only one)"),
        Flag.of("batch", "N", "state: as it was after this batch (the last committed one)"),
        Flag.of("to", "N", "rewind: the batch after which the next run shall go on"),
        Flag.of(
            "base", "DIR", "rewind: the folder of the pipeline file, where paths start (this one)"),
        Flag.without("dry-run", "rewind: only tells what would be taken away"));
  }

  @Override
  public String notes() {
    return """
        show changes nothing. state prints what a step keeps, a row a key:
          runner checkpoint state checkpoint --operator 0 --format csv
        rewind takes away the batches after N: their log entries, state, and the logs of file sources
        and file sinks. Copies stay in the checkpoint's folder 'undo'. What is no more among the last
        settings.minBatchesToRetain batches cannot be gone back to. Files that a file sink wrote stay
        too, but its log, and so whoever reads by it, does not know them any more; rows that went to
        Kafka, a database or a screen cannot be taken back, and come again.""";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    String action = arguments.operands().get(0);
    if (!ACTIONS.contains(action)) {
      throw new UsageException(
          "a checkpoint cannot be asked to '" + action + "'", Names.suggestion(action, ACTIONS));
    }
    String location =
        Locations.resolve(arguments.operands().get(1), console.directory().toString());
    if (action.equals("state")) {
      return state(location, arguments, console);
    }
    if (action.equals("rewind")) {
      return rewind(location, arguments, console);
    }
    CheckpointSummary summary = CheckpointSummary.read(Wiring.files().of(location), location);
    if (arguments.find("format").orElse("human").equals("json")) {
      console.out().println(Json.write(json(summary)));
    } else {
      human(summary, console.out());
    }
    return Main.DONE;
  }

  private static int state(String location, Arguments arguments, Console console) throws Exception {
    FileStore files = Wiring.files().of(location);
    CheckpointSummary summary = CheckpointSummary.read(files, location);
    List<Integer> operators = OperatorMetadata.operators(files, location + "/state");
    int operator;
    if (arguments.find("operator").isPresent()) {
      operator = (int) number(arguments, "operator");
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
    long batch = arguments.find("batch").isPresent() ? number(arguments, "batch") : last;
    if (batch > last || last < 0) {
      throw new UsageException(
          last < 0
              ? "'" + location + "' has no committed batch"
              : "batch " + batch + " is not committed; the last one is " + last,
          null);
    }
    StateRows rows = StateRows.of(files, location + "/state", operator);
    String format = arguments.find("format").orElse("table");
    ResultWriter writer = SqlVerb.writer(format, rows.schema());
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
    return Main.DONE;
  }

  private static long number(Arguments arguments, String flag) {
    String text = arguments.find(flag).orElse("");
    try {
      return Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new UsageException("'--" + flag + "' needs a number, not '" + text + "'", null);
    }
  }

  private static int rewind(String location, Arguments arguments, Console console)
      throws Exception {
    if (arguments.find("to").isEmpty()) {
      throw new UsageException("'rewind' needs '--to N'", "see 'runner checkpoint show'");
    }
    long to = number(arguments, "to");
    FileStores stores = Wiring.files();
    String base =
        Locations.resolve(arguments.find("base").orElse("."), console.directory().toString());
    // First of all that it is a checkpoint: taking a lock makes a folder.
    CheckpointSummary before = CheckpointSummary.read(stores.of(location), location);
    if (arguments.has("dry-run")) {
      Rewind rewind = Rewind.plan(stores, location, to, base);
      rewind.taken().forEach(file -> line(console.out(), "would go", file.location()));
      line(console.out(), "would stay", "batches up to " + to + " of " + last(before));
      caveats(rewind, console.out());
      return Main.DONE;
    }
    CheckpointLock lock = CheckpointLock.take(stores.of(location), location);
    try {
      Rewind rewind = Rewind.plan(stores, location, to, base);
      if (rewind.taken().isEmpty()) {
        line(console.out(), "unchanged", "batch " + to + " is the last one");
        return Main.DONE;
      }
      String copies = rewind.apply(Clock.SYSTEM.millis());
      line(console.out(), "went back", "from batch " + last(before) + " to batch " + to);
      line(console.out(), "copies", rewind.taken().size() + " files in " + copies);
      caveats(rewind, console.out());
    } finally {
      lock.close();
    }
    return Main.DONE;
  }

  private static long last(CheckpointSummary summary) {
    return summary.planned().map(OffsetEntry::batchId).orElse(-1L);
  }

  private static void caveats(Rewind rewind, PrintStream out) {
    for (String folder : rewind.sinkFolders()) {
      line(out, "note", "files of later batches stay in " + folder + ", unknown to its log");
    }
    rewind.summary().parts().map(Fingerprint::sinks).orElse(List.of()).stream()
        .map(Fingerprint.Part::label)
        .filter(label -> rewind.sinkFolders().isEmpty())
        .forEach(
            label ->
                line(
                    out,
                    "note",
                    label
                        + " gets the rows of later batches again; a file sink's log was not found"
                        + " ('--base' names the folder of the pipeline file)"));
  }

  private static void human(CheckpointSummary summary, PrintStream out) {
    line(out, "checkpoint", summary.location());
    line(out, "query id", summary.queryId());
    if (summary.planned().isEmpty()) {
      line(out, "batches", "none yet");
    } else {
      long last = summary.planned().get().batchId();
      line(
          out,
          "last batch",
          last
              + (summary.isOpen()
                  ? " (planned, not committed: the next run begins with it)"
                  : " (committed)"));
      line(out, "kept", "batches " + summary.oldestBatch().orElse(last) + " to " + last);
      line(
          out,
          "batch time",
          Instant.ofEpochMilli(summary.planned().get().timestampMillis()).toString());
    }
    if (summary.watermarkMillis() > 0) {
      line(out, "watermark", Instant.ofEpochMilli(summary.watermarkMillis()).toString());
    }
    List<Offset> ends = summary.ends();
    for (int i = 0; i < ends.size(); i++) {
      line(out, "source " + i, sourceLabel(summary, i) + ends.get(i).json());
    }
    summary
        .parts()
        .ifPresent(
            parts -> {
              for (Fingerprint.Part part : parts.stateful()) {
                line(out, "state", part.label() + ": " + part.description());
              }
              for (Fingerprint.Part part : parts.sinks()) {
                line(out, "sink", part.label() + " " + part.description());
              }
            });
    for (CheckpointSummary.StateSize size : summary.state()) {
      line(
          out,
          "state " + size.operator(),
          (size.rows() < 0 ? "" : String.format("%,d rows, ", size.rows()))
              + String.format("%,d bytes in %,d files", size.bytes(), size.files())
              + (size.name().isEmpty() ? "" : " (" + size.name() + "): " + size.description()));
    }
  }

  private static String sourceLabel(CheckpointSummary summary, int index) {
    return summary
        .parts()
        .filter(parts -> index < parts.sources().size())
        .map(parts -> parts.sources().get(index))
        .map(part -> part.label() + " " + part.description() + " ends at ")
        .orElse("ends at ");
  }

  private static void line(PrintStream out, String what, String value) {
    out.println(Escapes.visible(String.format("%-12s %s", what, value)));
  }

  private static Map<String, @Nullable Object> json(CheckpointSummary summary) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("location", summary.location());
    json.put("id", summary.queryId());
    json.put("lastBatch", summary.planned().map(p -> (Object) p.batchId()).orElse(null));
    json.put("committedBatch", summary.committedBatch().map(b -> (Object) b).orElse(null));
    json.put("oldestBatch", summary.oldestBatch().map(b -> (Object) b).orElse(null));
    json.put("open", summary.isOpen());
    json.put(
        "batchTimestampMs", summary.planned().map(p -> (Object) p.timestampMillis()).orElse(null));
    json.put("watermarkMs", summary.watermarkMillis());
    json.put("offsets", summary.ends().stream().map(Offset::json).toList());
    json.put("sources", summary.parts().map(p -> parts(p.sources())).orElse(List.of()));
    json.put("stateful", summary.parts().map(p -> parts(p.stateful())).orElse(List.of()));
    json.put("sinks", summary.parts().map(p -> parts(p.sinks())).orElse(List.of()));
    List<Object> state = new ArrayList<>();
    for (CheckpointSummary.StateSize size : summary.state()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("operator", size.operator());
      entry.put("name", size.name());
      if (size.rows() >= 0) {
        entry.put("rows", size.rows());
      }
      entry.put("files", size.files());
      entry.put("bytes", size.bytes());
      entry.put("watermarkMs", summary.planned().map(OffsetEntry::watermarkMillis).orElse(0L));
      entry.put("description", size.description());
      state.add(entry);
    }
    json.put("state", state);
    return json;
  }

  private static List<Object> parts(List<Fingerprint.Part> parts) {
    List<Object> list = new ArrayList<>();
    for (Fingerprint.Part part : parts) {
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("label", part.label());
      entry.put("is", part.description());
      list.add(entry);
    }
    return list;
  }
}
