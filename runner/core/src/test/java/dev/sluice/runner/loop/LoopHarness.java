package dev.sluice.runner.loop;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.operator.EmbeddedDataflow;
import dev.sluice.operators.operator.StateOptions;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.testing.TreeLocalStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.Trigger;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Small real queries: listed batches of {@code k, v}, passed on or summed by key, into a ledger.
 */
final class LoopHarness {
  static final Schema SCHEMA =
      Schema.of(new Field("k", AtomicType.STRING), new Field("v", AtomicType.BIGINT));

  /** What is done with the rows. */
  enum Query {
    /** Nothing. */
    PASS,
    /** Running sums by key, in update mode. */
    SUMS,
    /** Sums by key and second, which come out when the watermark is past it. */
    TIMES,
    /** Sums by key and session. */
    SESSIONS,
    /** The first row of each key and second. */
    DISTINCT,
    /** The first row of each key within the delay of the watermark. */
    DISTINCT_FOR_A_WHILE,
    /** What has been seen of each key, until no row has come for a while. */
    STATES,
    /** The same with timers, values that live for a time, and states to begin with. */
    TIMERS,
    /** Each row beside those of the same key up to 110 seconds older. */
    INNER_JOIN,
    /** The same, with the rows that had no such partner when the watermark is past them. */
    OUTER_JOIN
  }

  final String root;
  Source source = InlineSource.of(SCHEMA, batches(4));
  Query query = Query.SUMS;
  Trigger trigger = new Trigger.AvailableNow();
  int parallelism = 1;
  int retained = 100;
  WatermarkPolicy watermarkPolicy = WatermarkPolicy.MIN;
  boolean evolves;
  boolean spills;
  boolean atLeastOnce;

  /** Whether a second sink gets the same rows, under {@link #secondPath}. */
  boolean twoSinks;

  Supplier<LocalStore> local = TreeLocalStore::new;
  String sinkPath;
  final String secondPath;
  Clock clock = new ManualClock(1_700_000_000_000L);
  Failpoints failpoints = Failpoints.NONE;
  final List<Progress> progress = new ArrayList<>();

  LoopHarness(String folder) {
    this.root = folder + "/checkpoint";
    this.sinkPath = folder + "/out";
    this.secondPath = folder + "/second";
  }

  EmbeddedEngine engine() {
    return new EmbeddedEngine(this::dataflow);
  }

  private dev.sluice.operators.operator.Dataflow dataflow(
      Plan plan, FileStore files, String stateDirectory) {
    List<EmbeddedDataflow.Output> outputs = new ArrayList<>();
    for (PlannedSink sink : plan.sinks()) {
      outputs.add(new EmbeddedDataflow.Output(sink.rel(), sink.mode()));
    }
    return EmbeddedDataflow.create(
        outputs,
        plan.settings().parallelism(),
        files,
        stateDirectory,
        new StateOptions(spills ? Optional.of(local) : Optional.empty(), evolves));
  }

  /** The same rows each time; keys come back in later batches. */
  static List<Batch> batches(int count) {
    List<Batch> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      ColumnBuilder keys = ColumnBuilder.of(AtomicType.STRING, 5);
      ColumnBuilder values = ColumnBuilder.of(AtomicType.BIGINT, 5);
      for (int row = 0; row < 5; row++) {
        keys.appendValue("k" + (b + row) % 4);
        values.appendValue(100L * b + row);
      }
      List<Column> columns = List.of(keys.build(), values.build());
      batches.add(new Batch(SCHEMA, columns, 5));
    }
    return batches;
  }

  Plan plan() {
    Rel read = new Rel.Read("in", SCHEMA, true, Origin.NONE);
    Origin origin = new Origin("steps[0] (groupBy)", SourcePosition.NOWHERE);
    ColumnReference key = new ColumnReference(0, "k", AtomicType.STRING, true);
    ColumnReference value = new ColumnReference(1, "v", AtomicType.BIGINT, true);
    NamedExpression byKey = new NamedExpression("k", key);
    return plan(
        switch (query) {
          case PASS -> read;
          case SUMS -> sums(read, List.of(byKey), value, origin);
          case TIMES -> {
            ColumnReference time = new ColumnReference(2, "t", AtomicType.TIMESTAMP, true);
            yield sums(timed(read), List.of(byKey, new NamedExpression("t", time)), value, origin);
          }
          case SESSIONS -> {
            Rel times = timed(read);
            ColumnReference time = new ColumnReference(2, "t", AtomicType.TIMESTAMP, true);
            Rel alone = new Rel.Generate(times, new SessionsOfRows(time), List.of("s"), origin);
            ColumnReference own = new ColumnReference(3, "s", SessionsOfRows.TYPE, false);
            yield sums(
                new Rel.Sessions(alone, List.of(byKey), 3, origin),
                List.of(new NamedExpression("s", own), byKey),
                value,
                origin);
          }
          case DISTINCT -> new Rel.Deduplicate(timed(read), List.of(0, 2), false, origin);
          case DISTINCT_FOR_A_WHILE -> new Rel.Deduplicate(timed(read), List.of(0), true, origin);
          case STATES -> StatesQuery.of(timed(read));
          case TIMERS -> StatesQuery.timed(timed(read));
          case INNER_JOIN -> JoinQuery.of(timed(read), timed(read), JoinType.INNER);
          case OUTER_JOIN -> JoinQuery.of(timed(read), timed(read), JoinType.FULL_OUTER);
        });
  }

  private static Rel sums(
      Rel input, List<NamedExpression> keys, ColumnReference value, Origin origin) {
    return new Rel.Aggregate(
        input,
        keys,
        List.of(new NamedAggregation("total", new SumAggregation(value), false, Optional.empty())),
        Rel.Aggregate.Scope.STREAM,
        origin);
  }

  /** With the value as seconds of event time, which may come a hundred late. */
  private static Rel timed(Rel read) {
    ColumnReference value = new ColumnReference(1, "v", AtomicType.BIGINT, true);
    Rel times =
        new Rel.Project(
            read,
            List.of(
                new NamedExpression("k", new ColumnReference(0, "k", AtomicType.STRING, true)),
                new NamedExpression("v", value),
                new NamedExpression(
                    "t", Cast.explicit(value, AtomicType.TIMESTAMP, false, Session.DEFAULT))),
            Origin.NONE);
    return new Rel.Watermark(times, 2, 100_000, Origin.NONE);
  }

  Plan plan(Rel rel) {
    List<PlannedSink> sinks = new ArrayList<>();
    sinks.add(sink("out", sinkPath, rel));
    if (twoSinks) {
      sinks.add(sink("second", secondPath, rel));
    }
    return new Plan(
        "test",
        List.of(new PlannedSource("in", "inline", source, true, "inline", SourcePosition.NOWHERE)),
        sinks,
        trigger,
        Optional.of(root),
        new Settings(
            Session.DEFAULT,
            parallelism,
            retained,
            true,
            watermarkPolicy,
            new SourcePosition("p.yaml", 7, 3),
            "memory",
            evolves),
        "/");
  }

  private PlannedSink sink(String name, String path, Rel rel) {
    LedgerSinkType type = new LedgerSinkType();
    return new PlannedSink(
        name,
        rel,
        type,
        Options.of(type.options(), Map.of("path", path, "atLeastOnce", "" + atLeastOnce)),
        List.of(),
        query == Query.SUMS ? OutputMode.UPDATE : OutputMode.APPEND,
        "ledger{path=" + path + "}",
        SourcePosition.NOWHERE);
  }

  Run start(FileStore files) {
    return engine().start(plan(), environment(files));
  }

  RunEnvironment environment(FileStore files) {
    return new RunEnvironment(
        any -> files,
        clock,
        new PrintStream(PrintStream.nullOutputStream()),
        progress::add,
        failpoints);
  }

  /** Runs to the end; what made it fail, or null. */
  @Nullable Throwable run(FileStore files) {
    try (Run run = start(files)) {
      run.await();
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /** The text of the ledger's files by batch. */
  Map<Long, String> output(FileStore files) {
    return output(files, sinkPath);
  }

  static Map<Long, String> output(FileStore files, String path) {
    try {
      Map<Long, String> output = new TreeMap<>();
      for (FileStatus file : files.list(path)) {
        output.put(
            Long.parseLong(file.name()),
            new String(files.readAll(file.location()), StandardCharsets.UTF_8));
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
