package dev.sluice.operators.plan;

import java.util.Locale;

/** Which rows of a result a sink is given: new ones, changed ones, or all of them. */
public enum OutputMode {
  APPEND,
  UPDATE,
  COMPLETE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
