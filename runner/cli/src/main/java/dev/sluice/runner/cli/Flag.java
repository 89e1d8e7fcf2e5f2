package dev.sluice.runner.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A flag of a verb.
 *
 * @param value what stands behind it, for the help; null if nothing does
 * @param allowed the only values, or none for any
 * @param shown false for what is only there to be refused with a reason: help and suggestions leave
 *     it out
 */
record Flag(
    String name,
    @Nullable String value,
    List<String> allowed,
    boolean repeatable,
    boolean shown,
    String description) {
  static Flag of(String name, String value, String description) {
    return new Flag(name, value, List.of(), false, true, description);
  }

  static Flag many(String name, String value, String description) {
    return new Flag(name, value, List.of(), true, true, description);
  }

  static Flag choice(String name, List<String> allowed, String description) {
    return new Flag(name, String.join("|", allowed), allowed, false, true, description);
  }

  static Flag without(String name, String description) {
    return new Flag(name, null, List.of(), false, true, description);
  }

  /** One that is to come: taken, so that it can be refused in its own words. */
  static Flag hidden(String name, @Nullable String value) {
    return new Flag(name, value, List.of(), false, false, "");
  }

  String synopsis() {
    return "--" + name + (value == null ? "" : " " + value);
  }
}
