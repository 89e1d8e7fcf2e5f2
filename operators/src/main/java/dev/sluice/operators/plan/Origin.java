package dev.sluice.operators.plan;

import dev.sluice.operators.diagnostics.SourcePosition;

/**
 * Which step of the file a node comes from: {@code label} is how to name it to the user, such as
 * {@code steps[2] (groupBy)}.
 *
 * @param at the step, or the clause inside it
 * @param places where its expressions are written
 */
public record Origin(String label, SourcePosition at, Places places) {
  public static final Origin NONE = new Origin("", SourcePosition.NOWHERE, Places.NONE);

  public Origin(String label, SourcePosition at) {
    this(label, at, new Places());
  }

  /** The same step, at a place inside its text. */
  public Origin at(SourcePosition place) {
    return place.equals(SourcePosition.NOWHERE) ? this : new Origin(label, place, places);
  }
}
