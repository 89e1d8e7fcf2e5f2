package dev.sluice.runner.plan;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * The outside of a run, injected.
 *
 * @param out where sinks such as console write data
 * @param progress is given each batch's progress, as an ordered map that prints as Spark's
 *     StreamingQueryProgress JSON
 * @param failpoints called at each named step of the loop; a test may throw there
 */
public record RunEnvironment(
    FileStores files,
    Clock clock,
    PrintStream out,
    Consumer<Progress> progress,
    Failpoints failpoints) {}
