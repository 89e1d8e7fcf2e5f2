package dev.sluice.runner.plan;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The outside of a run, injected.
 *
 * @param out where sinks such as console write data
 * @param progress is given each batch's progress
 * @param failpoints called at each named step of the loop; a test may throw there
 * @param notes takes lines for people that come from outside, such as a program's output; on any
 *     thread
 * @param redaction strikes secrets out of what is written down or shown
 */
public record RunEnvironment(
    FileStores files,
    Clock clock,
    PrintStream out,
    ProgressListener progress,
    Failpoints failpoints,
    Consumer<String> notes,
    UnaryOperator<String> redaction) {
  /** With nobody who reads notes, and without secrets. */
  public RunEnvironment(
      FileStores files,
      Clock clock,
      PrintStream out,
      ProgressListener progress,
      Failpoints failpoints) {
    this(files, clock, out, progress, failpoints, line -> {}, UnaryOperator.identity());
  }
}
