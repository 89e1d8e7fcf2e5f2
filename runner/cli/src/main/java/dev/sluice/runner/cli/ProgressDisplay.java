package dev.sluice.runner.cli;

import dev.sluice.runner.plan.Progress;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** How a run tells how far it is: never on stdout, and live only where a person looks. */
final class ProgressDisplay implements Consumer<Progress>, AutoCloseable {
  private enum Form {
    NONE,
    JSON,
    LIVE
  }

  private final Form form;
  private final Console console;
  private long rows;
  private int width;

  private ProgressDisplay(Form form, Console console) {
    this.form = form;
    this.console = console;
  }

  /** By the word of {@code --progress}, or none given. */
  static ProgressDisplay of(String word, Console console) {
    Form form =
        word.equals("json")
            ? Form.JSON
            : word.isEmpty() && console.terminal() ? Form.LIVE : Form.NONE;
    return new ProgressDisplay(form, console);
  }

  @Override
  public synchronized void accept(Progress progress) {
    rows += progress.inputRows();
    if (form != Form.JSON) {
      warn(progress);
    }
    if (form == Form.JSON) {
      console.sayJson(progress.json());
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
