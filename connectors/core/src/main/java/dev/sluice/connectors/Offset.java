package dev.sluice.connectors;

/**
 * A place in a source's stream: JSON in the form that Spark writes for this kind of source. Opaque
 * to the engine, equal by text.
 */
public record Offset(String json) {
  /** Nothing has been seen yet; the log writes it as {@code -}. */
  public static final Offset NONE = new Offset("-");

  public boolean isNone() {
    return equals(NONE);
  }

  @Override
  public String toString() {
    return json;
  }
}
