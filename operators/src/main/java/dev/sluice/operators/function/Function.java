package dev.sluice.operators.function;

import java.util.List;

/**
 * What scalar, aggregate, generator and window functions share. Stateless; found by ServiceLoader
 * under its own kind.
 */
public sealed interface Function
    permits ScalarFunction, AggregateFunction, GeneratorFunction, WindowFunction {
  String name();

  /** Other names of the same function. */
  default List<String> aliases() {
    return List.of();
  }

  FunctionDoc doc();

  /** In order, where arguments may be given by name; empty where only their places count. */
  default List<Parameter> parameters() {
    return List.of();
  }
}
