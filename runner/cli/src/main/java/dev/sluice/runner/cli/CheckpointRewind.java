package dev.sluice.runner.cli;

import static dev.sluice.runner.cli.CheckpointVerb.line;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.Locations;
import dev.sluice.runner.checkpoint.CheckpointLock;
import dev.sluice.runner.checkpoint.CheckpointSummary;
import dev.sluice.runner.checkpoint.Fingerprint;
import dev.sluice.runner.checkpoint.OffsetEntry;
import dev.sluice.runner.checkpoint.Rewind;
import java.io.PrintStream;
import java.util.List;

/** {@code runner checkpoint rewind}. */
final class CheckpointRewind implements Verb {
  @Override
  public String name() {
    return "checkpoint rewind";
  }

  @Override
  public Operands operands() {
    return Operands.one("DIR");
  }

  @Override
  public String summary() {
    return "takes a checkpoint back to an earlier batch";
  }

  @Override
  public List<Flag> flags() {
    return StoreFlags.and(
        Flag.of("to", "N", "the batch after which the next run shall go on"),
        Flag.of("base", "DIR", "the folder of the pipeline file, where paths start (this one)"),
        Flag.without("dry-run", "only tells what would be taken away"));
  }

  @Override
  public String notes() {
    return """
        Takes away the batches after N: their log entries, state, and the logs of file sources and
        file sinks. Copies stay in the checkpoint's folder 'undo'. What is no more among the last
        settings.minBatchesToRetain batches cannot be gone back to. Files that a file sink wrote stay
        too, but its log, and so whoever reads by it, does not know them any more; rows that went to
        Kafka, a database or a screen cannot be taken back, and come again. Exit code 3 while a run
        is under way.""";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    if (arguments.find("to").isEmpty()) {
      throw new UsageException("'rewind' needs '--to N'", "see 'runner checkpoint show'");
    }
    try (StoreRegistry stores = StoreFlags.files(arguments, console)) {
      return rewind(stores, CheckpointVerb.location(arguments, console), arguments, console);
    }
  }

  private static int rewind(
      FileStores stores, String location, Arguments arguments, Console console) throws Exception {
    long to = CheckpointVerb.number(arguments, "to");
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
}
