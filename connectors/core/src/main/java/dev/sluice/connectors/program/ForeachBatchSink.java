package dev.sluice.connectors.program;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.spool.SpooledRows;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.plan.OutputMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a batch on disk and, when all of it is there, starts the program with it. The batch is done
 * when the program ends with 0. A batch that is run again after a crash comes again, with the same
 * id: the program recognises it by {@code SLUICE_QUERY_ID} and {@code SLUICE_BATCH_ID}.
 */
final class ForeachBatchSink implements Sink {
  private static final int LAST_LINES = 5;
  private static final long MOST_WAIT_MILLIS = 5_000;
  private static final long LONGEST_LINE = 300;

  private final List<String> command;
  private final FileFormat.Writer format;
  private final boolean lines;
  private final long timeoutMillis;
  private final OutputMode mode;
  private final SinkContext context;

  /** {@code lines}: whether rows go to standard input too. */
  ForeachBatchSink(
      List<String> command,
      FileFormat.Writer format,
      boolean lines,
      long timeoutMillis,
      OutputMode mode,
      SinkContext context) {
    this.command = command;
    this.format = format;
    this.lines = lines;
    this.timeoutMillis = timeoutMillis;
    this.mode = mode;
    this.context = context;
  }

  /** The program without its folder. */
  private String name() {
    Path file = Path.of(command.get(0)).getFileName();
    return file == null ? command.get(0) : file.toString();
  }

  @Override
  public String description() {
    return "ForeachBatchSink[" + command.get(0) + "]";
  }

  @Override
  public Write begin(long epochId) {
    SpooledRows rows = SpooledRows.begin(format);
    return new Write() {
      @Override
      public Part part(int index) {
        return rows.part(index);
      }

      @Override
      public void commit() {
        run(epochId, rows);
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private void run(long epochId, SpooledRows rows) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Path.of(context.baseDirectory()).toFile());
    // What it prints is no data of ours: all of it goes to the log side.
    builder.redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("SLUICE_PIPELINE", context.queryName());
    environment.put("SLUICE_QUERY_ID", context.queryId());
    environment.put("SLUICE_BATCH_ID", Long.toString(epochId));
    environment.put("SLUICE_OUTPUT_MODE", mode.toString());
    environment.put("SLUICE_BATCH_ROWS", Long.toString(rows.rows()));
    environment.put("SLUICE_BATCH_DIR", rows.folder().toString());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new PipelineException(
          "program-failed",
          "the program '"
              + command.get(0)
              + "' cannot be started: "
              + e.getMessage()
              + "; correct 'command', or let this user run it",
          e);
    }
    try {
      await(epochId, process, rows);
    } finally {
      // With all that it has started.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private void await(long epochId, Process process, SpooledRows rows) {
    Deque<String> last = new ArrayDeque<>();
    Thread feeder = daemon("rows", () -> feed(process, rows));
    Thread listener = daemon("output", () -> listen(process, last));
    try {
      if (!process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS)) {
        throw failed(epochId, "has not ended after " + timeoutMillis + " ms", last);
      }
      feeder.join(MOST_WAIT_MILLIS);
      // What it left running may hold its output open.
      listener.join(MOST_WAIT_MILLIS);
    } catch (InterruptedException e) {
      throw PipelineException.stopped("a program ran", e);
    }
    if (process.exitValue() != 0) {
      throw failed(epochId, "ended with " + process.exitValue(), last);
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = Daemons.thread("foreachBatch-" + name, work);
    thread.start();
    return thread;
  }

  private PipelineException failed(long epochId, String how, Deque<String> last) {
    String said;
    synchronized (last) {
      said = last.isEmpty() ? "; it said nothing" : "; it said: " + String.join(" / ", last);
    }
    return new PipelineException(
        "program-failed",
        "the program '" + command.get(0) + "' " + how + " for batch " + epochId + said);
  }

  private void feed(Process process, SpooledRows rows) {
    try (OutputStream in = process.getOutputStream()) {
      if (lines) {
        for (Path file : rows.files()) {
          Files.copy(file, in);
        }
      }
    } catch (IOException e) {
      // It need not read them all: its exit code tells whether it is content.
    }
  }

  private void listen(Process process, Deque<String> last) {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String plain =
            line.substring(0, (int) Math.min(line.length(), LONGEST_LINE))
                .replaceAll("\\p{Cntrl}", "?");
        context.notes().accept(name() + ": " + plain);
        synchronized (last) {
          last.addLast(plain);
          if (last.size() > LAST_LINES) {
            last.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }
}
