package dev.sluice.operators.function;

import java.util.List;

/**
 * Functions that belong tightly together, in one file: found by ServiceLoader, so that a family
 * costs one class until one of its functions is called. Stateless.
 */
public interface FunctionFamily {
  /** All names and aliases, lower case. */
  List<String> names();

  /**
   * The function of a name or alias that {@link #names} lists.
   *
   * @throws IllegalArgumentException if the family has many functions and none of this name
   */
  Function function(String name);

  /** For a name that {@link #names} does not list, or that is listed and nowhere declared. */
  static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("no function of this family is called '" + name + "'");
  }
}
