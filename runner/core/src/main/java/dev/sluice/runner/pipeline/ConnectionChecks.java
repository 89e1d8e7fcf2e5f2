package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at everything outside that a pipeline names, all at once, each within the same time. What
 * does not answer is given up, and told.
 */
final class ConnectionChecks {
  /** What a check gets to put its own words before it is cut off. */
  private static final Duration SPARE = Duration.ofSeconds(2);

  private final FileStores files;
  private final Clock clock;
  private final String baseDirectory;
  private final Session session;
  private final Duration limit;

  ConnectionChecks(
      FileStores files, Clock clock, String baseDirectory, Session session, Duration limit) {
    this.files = files;
    this.clock = clock;
    this.baseDirectory = baseDirectory;
    this.session = session;
    this.limit = limit;
  }

  /** A check under way. */
  final class Pending {
    private final String component;
    private final SourcePosition at;
    private final String address;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Connected connected = new Connected("");
    private final Problems problems = new Problems();
    private final Thread thread;

    /**
     * @param address what is waited for, or nothing
     */
    private Pending(String component, SourcePosition at, String address, Work work) {
      this.component = component;
      this.address = address;
      this.at = at;
      // A client that hangs must not keep the process.
      this.thread = Daemons.thread("check", () -> run(work));
      thread.start();
    }

    private void run(Work work) {
      try {
        connected = work.check(problems);
      } catch (ComponentException e) {
        problems.add(e.problem());
      } catch (PipelineException e) {
        problems.error(e.code(), at, component + ": " + e.getMessage(), null);
      } catch (InvalidPipelineException e) {
        e.problems().forEach(problems::add);
      } catch (RuntimeException | Error e) {
        problems.error("connection-failed", at, component + ": " + e, null);
      } finally {
        done.countDown();
      }
    }

    /** The columns of a source, if the check found them. */
    Optional<Schema> schema() {
      return done.getCount() == 0 ? connected.schema() : Optional.empty();
    }

    /** Waits until its time, counted from {@code begunNanos}, is up. */
    ConnectionReport.Connection await(long begunNanos) throws InterruptedException {
      long left = limit.toNanos() - (clock.nanos() - begunNanos);
      if (done.await(Math.max(0, left), TimeUnit.NANOSECONDS)) {
        return new ConnectionReport.Connection(component, at, connected.found(), problems.all());
      }
      thread.interrupt();
      Problems late = new Problems();
      late.error(
          "connection-timeout",
          at,
          component
              + ": no answer"
              + (address.isEmpty() ? "" : " from " + address)
              + " within "
              + Math.max(1, limit.toSeconds())
              + " seconds",
          "see that it runs and can be reached from here, or give it more time with"
              + " '--connect-timeout'");
      return new ConnectionReport.Connection(component, at, "", late.all());
    }
  }

  @FunctionalInterface
  private interface Work {
    Connected check(Problems problems);
  }

  Pending source(SourcePiece piece) {
    return start(
        PlannedSource.label(piece.name()) + " (" + piece.type().name() + ")",
        piece.type(),
        piece.at(),
        new ConnectionRequest(
            piece.name(),
            piece.options(),
            piece.declared(),
            List.of(),
            OutputMode.APPEND,
            piece.streaming(),
            files,
            baseDirectory,
            session,
            clock,
            patience()));
  }

  Pending sink(SinkPiece piece) {
    return start(
        PlannedSink.label(piece.name(), piece.type().name()),
        piece.type(),
        piece.at(),
        new ConnectionRequest(
            piece.name(),
            piece.options(),
            piece.rel().map(Rel::schema),
            piece.partitionBy(),
            piece.mode(),
            true,
            files,
            baseDirectory,
            session,
            clock,
            patience()));
  }

  Pending checkpoint(String location, SourcePosition at) {
    return new Pending(
        "checkpoint",
        at,
        "'" + location + "'",
        problems -> {
          try {
            files.of(location).requireWritable(location);
          } catch (IOException e) {
            problems.error(
                "checkpoint-unavailable",
                at,
                "nothing can be written to the checkpoint '" + location + "': " + reason(e),
                "correct 'checkpointLocation', or let this user write there");
          }
          return new Connected("'" + location + "' can be written");
        });
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }

  private long patience() {
    return Math.max(1000, limit.minus(SPARE).toMillis());
  }

  private Pending start(
      String component, ComponentType type, SourcePosition at, ConnectionRequest request) {
    return new Pending(
        component,
        at,
        type instanceof ConnectionCheck check ? check.address(request) : "",
        problems -> {
          Connected found =
              type instanceof ConnectionCheck check
                  ? check.checkConnection(request, problems)
                  : new Connected("");
          String values =
              ValueFormats.checkConnection(request.options(), type instanceof SourceType, problems);
          return values.isEmpty() || found.found().isEmpty()
              ? found
              : new Connected(found.found() + ", " + values, found.schema());
        });
  }

  /**
   * Checks all. Sinks whose rows are not known before their sources have been looked at wait for
   * these.
   *
   * @param checkpoint the absolute location, if the pipeline keeps one
   */
  static ConnectionReport run(
      ConnectionChecks checks,
      Pipeline pipeline,
      Optional<String> checkpoint,
      SourcePosition checkpointAt)
      throws InterruptedException {
    long begun = checks.clock.nanos();
    List<Pending> first = new ArrayList<>();
    Map<String, Pending> sources = new LinkedHashMap<>();
    for (SourcePiece source : pipeline.sources()) {
      Pending pending = checks.source(source);
      sources.put(source.name(), pending);
      first.add(pending);
    }
    Set<String> waiting = new TreeSet<>();
    for (SinkPiece sink : pipeline.sinks()) {
      if (pipeline.unchecked().isEmpty() && sink.rel().isPresent()) {
        first.add(checks.sink(sink));
      } else {
        waiting.add(sink.name());
      }
    }
    checkpoint.ifPresent(location -> first.add(checks.checkpoint(location, checkpointAt)));
    List<ConnectionReport.Connection> found = new ArrayList<>();
    for (Pending pending : first) {
      found.add(pending.await(begun));
    }
    Problems misfits = new Problems();
    Pipeline bound = pipeline;
    if (!pipeline.unchecked().isEmpty()) {
      Map<String, Schema> schemas = new LinkedHashMap<>();
      sources.forEach(
          (name, pending) -> pending.schema().ifPresent(schema -> schemas.put(name, schema)));
      if (schemas.keySet().containsAll(pipeline.unchecked().keySet())) {
        bound = pipeline.bind(schemas, misfits);
      }
    }
    long again = checks.clock.nanos();
    List<Pending> second = new ArrayList<>();
    for (SinkPiece sink : bound.sinks()) {
      if (waiting.contains(sink.name())) {
        second.add(checks.sink(sink));
      }
    }
    for (Pending pending : second) {
      found.add(pending.await(again));
    }
    found.sort(Comparator.comparing(ConnectionReport.Connection::at));
    return new ConnectionReport(List.copyOf(found), misfits.all());
  }
}
