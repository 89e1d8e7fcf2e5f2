package dev.sluice.connectors.connection;

import dev.sluice.operators.diagnostics.Problems;

/**
 * What a {@link dev.sluice.connectors.SourceType} or {@link dev.sluice.connectors.SinkType} that
 * needs something outside implements as well: it can tell whether that is there and may be used.
 * Called by {@code runner validate --connect}; types without it are taken to need nothing.
 */
public interface ConnectionCheck {
  /**
   * Connects, asks, and lets go. Writes no row, makes no table and no topic, moves no offset, and
   * does not disturb a run of the same pipeline.
   *
   * <p>Called once, on a thread of its own, beside other checks; it is interrupted when its time is
   * up, and then given up. Everything that is wrong goes into {@code problems}, at the place of the
   * option that names it, with the address and a remedy; a {@link
   * dev.sluice.operators.diagnostics.PipelineException} counts as a problem at the component's
   * place.
   *
   * @return what was found; counts only if there is no problem
   */
  Connected checkConnection(ConnectionRequest request, Problems problems);

  /**
   * Where it connects to, for people and without what is secret: {@code 'localhost:9092'}. Told
   * when no answer came in time; empty if there is no such place.
   */
  default String address(ConnectionRequest request) {
    return "";
  }
}
