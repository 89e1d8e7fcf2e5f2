package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Durations;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.runner.plan.Refresh;
import java.util.function.Predicate;

/** {@code refresh:} of a static source. */
final class Refreshes {
  private Refreshes() {}

  /**
   * {@code batch}, {@code run}, or a length of time.
   *
   * @param unknown values that are not known before the run
   */
  static Refresh of(Node node, boolean streaming, Predicate<Node> unknown, Problems problems) {
    if (!(node instanceof Node.Text text) || unknown.test(node)) {
      return Refresh.EACH_BATCH;
    }
    if (streaming) {
      problems.error(
          "conflicting-keys",
          text.at(),
          "a stream is read as it grows, and not refreshed",
          "add 'static: true', or leave 'refresh' out");
      return Refresh.EACH_BATCH;
    }
    switch (text.value()) {
      case "batch":
        return Refresh.EACH_BATCH;
      case "run":
        return Refresh.EACH_RUN;
      default:
        return new Refresh(millis(text, problems));
    }
  }

  private static long millis(Node.Text text, Problems problems) {
    try {
      long millis = Durations.millis(text.value());
      if (millis > 0) {
        return millis;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    problems.error(
        "invalid-value",
        text.at(),
        "'" + text.value() + "' does not say when the table is read anew",
        "write 'batch', 'run', or a length of time such as '10 minutes'");
    return 0;
  }
}
