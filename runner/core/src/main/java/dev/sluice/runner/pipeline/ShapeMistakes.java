package dev.sluice.runner.pipeline;

import java.util.Set;

/**
 * Where the schema has found a mistake.
 *
 * @param pointers JSON pointers of refused values, and of keys that are unknown or missing
 */
record ShapeMistakes(Set<String> pointers) {
  /** True if the value of this pointer has itself been refused, or is missing. */
  boolean isAt(String pointer) {
    return pointers.contains(pointer);
  }

  /** True if that value, or any part of it, has been refused, or a part of it is missing. */
  boolean isWithin(String pointer) {
    return isAt(pointer) || pointers.stream().anyMatch(found -> found.startsWith(pointer + '/'));
  }
}
