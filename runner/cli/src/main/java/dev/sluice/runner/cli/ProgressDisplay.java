package dev.sluice.runner.cli;

import dev.sluice.operators.io.Clock;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.ProgressListener;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a run tells how far it is: never on stdout, and live only where a person looks. */
final class ProgressDisplay implements ProgressListener, AutoCloseable {
  /** How long a log of lines is silent while batches run. */
  private static final long SILENCE_MILLIS = 30_000;

  private enum Form {
    NONE,
    JSON,
    LIVE,
    LINES
  }

  private final Form form;
  private final Console console;
  private final Clock clock;
  private final long begunMillis;
  private long rows;
  private long batches;
  private long lastBatch = -1;
  private long lastLineMillis;
  private int width;

  private ProgressDisplay(Form form, Console console, Clock clock) {
    this.form = form;
    this.console = console;
    this.clock = clock;
    this.begunMillis = clock.millis();
    this.lastLineMillis = begunMillis;
  }

  /** By the word of {@code --progress}, or none given. */
  static ProgressDisplay of(String word, Console console, Clock clock) {
    Form form =
        switch (word) {
          case "json" -> Form.JSON;
          case "lines" -> Form.LINES;
          default -> word.isEmpty() && console.terminal() ? Form.LIVE : Form.NONE;
        };
    return new ProgressDisplay(form, console, clock);
  }

  /** The run begins. */
  synchronized void started(String name, String checkpoint) {
    if (form == Form.LINES) {
      console.say("'" + name + "' starts on the checkpoint '" + checkpoint + "'");
    }
  }

  /** The run has ended, and nothing failed. */
  synchronized void ended(String name) {
    if (form == Form.LINES) {
      console.say("'" + name + "' has ended: " + soFar());
    }
  }

  private String soFar() {
    return String.format(
        Locale.ROOT,
        "%,d %s, %,d %s read in %.1f s",
        batches,
        batches == 1 ? "batch" : "batches",
        rows,
        rows == 1 ? "row" : "rows",
        (clock.millis() - begunMillis) / 1000.0);
  }

  @Override
  public synchronized void accept(Progress progress) {
    rows += progress.inputRows();
    if (progress.batchId() != lastBatch) {
      batches++;
      lastBatch = progress.batchId();
    }
    if (form != Form.JSON) {
      warn(progress);
    }
    if (form == Form.JSON) {
      console.sayJson(progress.json());
    } else if (form == Form.LINES) {
      long now = clock.millis();
      if (now - lastLineMillis >= SILENCE_MILLIS) {
        lastLineMillis = now;
        console.say("batch " + progress.batchId() + ": " + soFar() + left(progress.backlog()));
      }
    } else if (form == Form.LIVE) {
      String line =
          String.format(
              Locale.ROOT,
              "batch %d  %,d rows  %,.0f rows/s%s",
              progress.batchId(),
              rows,
              progress.processedRowsPerSecond(),
              left(progress.backlog()));
      console.err().print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      console.err().flush();
      width = line.length();
    }
  }

  @Override
  public synchronized void idle(Map<String, @Nullable Object> json) {
    if (form == Form.JSON) {
      console.sayJson(json);
    }
  }

  /** Takes the live line away, so that what is printed beside it starts on a line of its own. */
  synchronized void erase() {
    if (width > 0) {
      console.err().print("\r" + " ".repeat(width) + "\r");
      console.err().flush();
      width = 0;
    }
  }

  /** A line from outside: above the live line, and as JSON among JSON. */
  synchronized void note(String line) {
    close();
    if (form == Form.JSON) {
      console.sayJson(Map.of("note", line));
    } else {
      console.say(line);
    }
  }

  /** Said wherever stderr goes: also in the log of a service. */
  private void warn(Progress progress) {
    for (String warning : progress.warnings()) {
      int code = warning.indexOf(':');
      close();
      console.say(
          "warning["
              + warning.substring(0, code)
              + "]: batch "
              + progress.batchId()
              + warning.substring(code));
    }
  }

  private static String left(Map<String, Long> backlog) {
    StringBuilder text = new StringBuilder();
    backlog.forEach(
        (unit, count) -> {
          if (count > 0) {
            String one = unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
            text.append(
                String.format(Locale.ROOT, "  %,d %s left", count, count == 1 ? one : unit));
          }
        });
    return text.toString();
  }

  @Override
  public synchronized void close() {
    if (width > 0) {
      console.err().println();
      console.err().flush();
      width = 0;
    }
  }
}
