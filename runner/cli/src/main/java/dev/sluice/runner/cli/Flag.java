package dev.sluice.runner.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A flag of a verb.
 *
 * @param value what stands behind it, for the help; null if nothing does
 * @param allowed the only values, or none for any
 */
record Flag(
    String name,
    @Nullable String value,
    List<String> allowed,
    boolean repeatable,
    String description) {
  static Flag of(String name, String value, String description) {
    return new Flag(name, value, List.of(), false, description);
  }

  static Flag many(String name, String value, String description) {
    return new Flag(name, value, List.of(), true, description);
  }

  static Flag choice(String name, List<String> allowed, String description) {
    return new Flag(name, String.join("|", allowed), allowed, false, description);
  }

  static Flag without(String name, String description) {
    return new Flag(name, null, List.of(), false, description);
  }

  String synopsis() {
    return "--" + name + (value == null ? "" : " " + value);
  }
}
