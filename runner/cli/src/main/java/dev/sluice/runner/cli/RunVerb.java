package dev.sluice.runner.cli;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.Pipeline;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code run}: runs a pipeline until it ends, or is told to. */
final class RunVerb implements Verb {
  /** What is left of the ten seconds that a stop may take goes to giving up and to closing. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "runs a pipeline";
  }

  @Override
  public Operands operands() {
    return Operands.one("FILE");
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Flag.many("set", "NAME=VALUE", "gives a parameter its value"),
        Flag.of(
            "trigger",
            "TRIGGER",
            "default, once, availableNow, processingTime=TIME or continuous=TIME"),
        Flag.of("checkpoint", "DIR", "the checkpoint, instead of the file's"),
        Flag.of("timeout", "TIME", "stops after so long, such as 30s"),
        Plugins.FLAG,
        Flag.choice(
            "progress",
            List.of("json", "lines", "none"),
            "on stderr: one JSON a batch; lines for a log, at start, now and then and at the end;"
                + " or nothing"),
        Flag.hidden("engine", "NAME"),
        Flag.hidden("master", "URL"),
        Flag.hidden("ui", null));
  }

  @Override
  public String notes() {
    return "Ctrl-C or SIGTERM lets the batch under way finish if it takes no more than 5 seconds;\n"
        + "a longer one is given up, and run again by the next start. The exit code is 0, or 143\n"
        + "where the batch hangs in a call that cannot be broken off, after 10 seconds at most.\n"
        + "A second one ends at once.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    refuseWhatIsToCome(arguments);
    Optional<Duration> timeout = arguments.duration("timeout");
    String file = arguments.operands().get(0);
    Problems problems = new Problems();
    LoadRequest request =
        new LoadRequest(
            console.directory().resolve(file),
            file,
            arguments.parameters(),
            console.environment(),
            true,
            arguments.find("trigger"),
            arguments.find("checkpoint").map(console::resolve),
            Plugins.folders(arguments, console),
            console.secrets());
    Optional<Pipeline> pipeline = PipelineLoader.load(request, Wiring.components(), problems);
    console.say(problems.all());
    if (problems.hasErrors() || pipeline.isEmpty()) {
      return Main.WRONG;
    }
    Optional<String> checkpoint = pipeline.get().checkpointLocation().map(request::resolve);
    if (checkpoint.isPresent()) {
      run(pipeline.get(), checkpoint.get(), arguments, timeout, console);
    } else {
      // Kept after a failure, so that it can be looked into.
      Path temporary = Files.createTempDirectory("sluice-");
      run(pipeline.get(), temporary.toString(), arguments, timeout, console);
      delete(temporary);
    }
    return Main.DONE;
  }

  private static void run(
      Pipeline pipeline,
      String checkpoint,
      Arguments arguments,
      Optional<Duration> timeout,
      Console console)
      throws InterruptedException {
    try (StoreRegistry files = Wiring.files(pipeline.storeSettings());
        ProgressDisplay progress =
            ProgressDisplay.of(arguments.find("progress").orElse(""), console, Clock.SYSTEM)) {
      progress.started(pipeline.name(), checkpoint);
      Stdout.beforeText(console.out(), progress::erase);
      RunEnvironment environment =
          new RunEnvironment(
              files,
              Clock.SYSTEM,
              console.out(),
              progress,
              Failpoints.NONE,
              progress::note,
              console.secrets()::redact);
      try (Run run =
              Wiring.engine(console.secrets())
                  .start(
                      checkpoint,
                      () -> pipeline.open(checkpoint, files, Clock.SYSTEM),
                      environment);
          Signals signals = Signals.stopping(run, GRACE)) {
        awaitEnd(run, timeout);
        signals.awaitHandled();
      }
      progress.ended(pipeline.name());
    }
  }

  /** An interrupt counts as being told to stop. */
  private static void awaitEnd(Run run, Optional<Duration> timeout) throws InterruptedException {
    try {
      if (timeout.isEmpty()) {
        run.await();
        return;
      }
      if (run.await(timeout.get())) {
        return;
      }
    } catch (InterruptedException e) {
      // Goes on below, as after the time is up.
    }
    Signals.stop(run, GRACE);
    run.await();
  }

  private static void refuseWhatIsToCome(Arguments arguments) {
    String engine = arguments.find("engine").orElse("embedded");
    if (engine.equals("spark") || arguments.has("master")) {
      throw new UsageException(
          "the engine 'spark' is not supported yet", "leave '--engine' and '--master' out");
    }
    if (!engine.equals("embedded")) {
      throw new UsageException("there is no engine '" + engine + "'", "available: embedded");
    }
    if (arguments.has("ui")) {
      throw new UsageException(
          "the web page is not supported yet", "see the progress with '--progress json'");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
