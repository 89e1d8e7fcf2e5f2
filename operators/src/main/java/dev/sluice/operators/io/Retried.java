package dev.sluice.operators.io;

/**
 * How often something outside was tried again since it was opened: by a source, a sink, a store.
 *
 * @param lastReason why the last time; empty if there was none
 */
public record Retried(long count, String lastReason) {
  public static final Retried NEVER = new Retried(0, "");

  /** Both together, of a component with two clients. */
  public Retried and(Retried other) {
    return new Retried(
        count + other.count, other.lastReason.isEmpty() ? lastReason : other.lastReason);
  }
}
