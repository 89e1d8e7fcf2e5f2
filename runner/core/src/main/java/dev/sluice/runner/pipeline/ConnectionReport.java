package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.List;

/**
 * What looking at the outside of a pipeline gave.
 *
 * @param connections the checkpoint, the sources and the sinks, in the order of the file
 * @param misfits mistakes of the file that show only beside what is outside: columns that a table
 *     does not have
 */
public record ConnectionReport(List<Connection> connections, List<Problem> misfits) {

  /**
   * One of them.
   *
   * @param component for people: {@code source 'orders' (kafka)}
   * @param found what is there; empty if it needs nothing outside
   * @param problems why it cannot be used
   */
  public record Connection(
      String component, SourcePosition at, String found, List<Problem> problems) {}

  /** All that is wrong outside. */
  public List<Problem> problems() {
    return connections.stream().flatMap(connection -> connection.problems().stream()).toList();
  }
}
