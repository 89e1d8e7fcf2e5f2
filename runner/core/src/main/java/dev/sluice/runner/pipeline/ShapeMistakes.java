package dev.sluice.runner.pipeline;

import dev.sluice.runner.schema.Pointer;
import java.util.Set;

/**
 * Where the schema has found a mistake.
 *
 * @param pointers to refused values, and to keys that are unknown or missing
 */
record ShapeMistakes(Set<Pointer> pointers) {
  /** True if the value of this pointer has itself been refused, or is missing. */
  boolean isAt(Pointer pointer) {
    return pointers.contains(pointer);
  }

  /** True if that value, or any part of it, has been refused, or a part of it is missing. */
  boolean isWithin(Pointer pointer) {
    return pointers.stream().anyMatch(pointer::contains);
  }
}
