package dev.sluice.runner.loop;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.runner.checkpoint.Checkpoint;
import dev.sluice.runner.checkpoint.CheckpointLock;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.Fingerprint;
import dev.sluice.runner.checkpoint.FingerprintLog;
import dev.sluice.runner.checkpoint.Recovery;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.Engine;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Runs plans in this process, one micro-batch after the other, or continuously. */
public final class EmbeddedEngine implements Engine {
  private final DataflowFactory dataflows;

  /** Makes the dataflow of a plan. */
  @FunctionalInterface
  public interface DataflowFactory {
    /** {@code stateDirectory} on {@code files} is where keyed state lies. */
    Dataflow create(Plan plan, FileStore files, String stateDirectory);
  }

  public EmbeddedEngine(DataflowFactory dataflows) {
    this.dataflows = dataflows;
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public Run start(String root, Supplier<Plan> planned, RunEnvironment environment) {
    Resources resources = new Resources();
    try {
      FileStore files = environment.files().of(root);
      CheckpointLock lock = CheckpointLock.take(files, root);
      resources.add(lock);
      Plan plan = planned.get();
      plan.sources().forEach(source -> resources.add(source.source()));
      Checkpoint checkpoint = Checkpoint.open(files, root).lockedBy(lock);
      CheckpointLog log = checkpoint.log();
      boolean started = log.latestPlannedId().isPresent();
      Fingerprint fingerprint = Fingerprint.of(plan);
      FingerprintLog fingerprints = checkpoint.fingerprints().redactedBy(environment.redaction());
      fingerprints.check(
          fingerprint,
          started,
          !log.latestPlannedId().equals(log.latestCommittedId()),
          checkpoint.hasState(),
          plan.settings().allowStateEvolution());
      int streams = (int) plan.sources().stream().filter(PlannedSource::streaming).count();
      Recovery recovery = Recovery.of(log, streams);
      environment.failpoints().reached(Failpoints.Step.DURING_RECOVERY, recovery.lastPlanned());
      List<Sink> sinks = openSinks(plan, checkpoint.queryId(), environment, started, resources);
      requireInStep(sinks, recovery, root);
      log.forgetBeyond(recovery);
      log.complete(recovery);
      Dataflow dataflow = dataflows.create(plan, files, checkpoint.stateDirectory());
      resources.add(dataflow);
      Workers workers = new Workers(plan.settings().parallelism());
      resources.add(workers);
      Purger purger = new Purger(files);
      resources.add(purger);
      fingerprints.remember(fingerprint);
      Loop loop =
          plan.trigger() instanceof Trigger.Continuous
              ? new ContinuousLoop(plan, environment, checkpoint, recovery, dataflow, sinks, purger)
              : new MicroBatchLoop(
                  plan, environment, checkpoint, recovery, dataflow, sinks, workers, purger);
      return EmbeddedRun.start(plan.name(), loop, resources);
    } catch (IOException e) {
      resources.close();
      throw new PipelineException(
          "checkpoint-unavailable",
          "the checkpoint '"
              + root
              + "' cannot be used: "
              + IoReasons.of(e, root)
              + (IoReasons.isOfPlace(e)
                  ? "; correct 'checkpointLocation', or let this user write there"
                  : ""),
          e);
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /**
   * A sink that remembers its batches drops those it holds. If it holds more than were begun here,
   * rows would be lost without a word; if it holds fewer than were done, rows have been lost.
   */
  private static void requireInStep(List<Sink> sinks, Recovery recovery, String root) {
    for (Sink sink : sinks) {
      if (sink.remembers() && sink.lastEpoch() < recovery.lastCommitted()) {
        throw new CheckpointMismatchException(
            "sink-behind",
            sink.description()
                + (sink.lastEpoch() < 0
                    ? " holds no batch"
                    : " holds batches up to " + sink.lastEpoch())
                + ", but the checkpoint '"
                + root
                + "' has committed those up to "
                + recovery.lastCommitted()
                + ": their rows are missing; put the sink's files and its log back, or start with"
                + " an empty path and a new checkpointLocation");
      }
      if (sink.lastEpoch() > recovery.lastPlanned()) {
        throw new CheckpointMismatchException(
            "sink-ahead",
            sink.description()
                + " holds batches up to "
                + sink.lastEpoch()
                + ", but the checkpoint '"
                + root
                + "' knows "
                + (recovery.lastPlanned() < 0
                    ? "none"
                    : "only those up to " + recovery.lastPlanned())
                + ": rows would be lost; give the sink an empty place, or restore the checkpoint"
                + " that it was written with");
      }
    }
  }

  private static List<Sink> openSinks(
      Plan plan, String queryId, RunEnvironment environment, boolean started, Resources resources) {
    List<Sink> sinks = new ArrayList<>();
    for (PlannedSink sink : plan.sinks()) {
      SinkContext context =
          new SinkContext(
              plan.name(),
              queryId,
              sinks.size(),
              environment.files(),
              environment.clock(),
              environment.out(),
              plan.baseDirectory(),
              started,
              plan.settings().session(),
              environment.notes(),
              plan.trigger() instanceof Trigger.Continuous);
      Sink open = open(sink, context);
      resources.add(open);
      sinks.add(open);
    }
    return sinks;
  }

  private static Sink open(PlannedSink sink, SinkContext context) {
    try {
      return sink.type()
          .open(sink.rel().schema(), sink.partitionBy(), sink.mode(), sink.options(), context);
    } catch (PipelineException e) {
      throw sink.failed(e);
    }
  }
}
