package dev.sluice.runner.cli;

import static dev.sluice.runner.cli.CheckpointVerb.line;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.checkpoint.CheckpointSummary;
import dev.sluice.runner.checkpoint.Fingerprint;
import dev.sluice.runner.checkpoint.OffsetEntry;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code runner checkpoint show}. */
final class CheckpointShow implements Verb {
  @Override
  public String name() {
    return "checkpoint show";
  }

  @Override
  public Operands operands() {
    return Operands.one("DIR");
  }

  @Override
  public String summary() {
    return "tells what a checkpoint says: the last batch, the offsets, the state";
  }

  @Override
  public List<Flag> flags() {
    return StoreFlags.and(Flag.choice("format", List.of("human", "json"), "how to tell (human)"));
  }

  @Override
  public String notes() {
    return "Changes nothing, and may be asked while a run is under way.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    String location = CheckpointVerb.location(arguments, console);
    try (StoreRegistry files = StoreFlags.files(arguments, console)) {
      CheckpointSummary summary = CheckpointSummary.read(files.of(location), location);
      if (arguments.find("format").orElse("human").equals("json")) {
        console.out().println(Json.write(json(summary)));
      } else {
        human(summary, console.out());
      }
    }
    return Main.DONE;
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
