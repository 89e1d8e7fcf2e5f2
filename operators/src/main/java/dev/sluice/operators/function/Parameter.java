package dev.sluice.operators.function;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that a call may give by its name: {@code mask(x, lowerChar => 'q')}.
 *
 * @param value what it is if it is not given, a text or null; empty if it must be given
 */
public record Parameter(String name, Optional<Default> value) {
  /** A default. */
  public record Default(@Nullable String text) {}

  public static Parameter required(String name) {
    return new Parameter(name, Optional.empty());
  }

  public static Parameter optional(String name, @Nullable String value) {
    return new Parameter(name, Optional.of(new Default(value)));
  }
}
