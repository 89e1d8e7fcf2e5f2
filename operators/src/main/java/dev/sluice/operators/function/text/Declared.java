package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.NamedFunction;

/** Declarations of functions with one example. */
final class Declared {
  private Declared() {}

  static NamedFunction function(
      String group,
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of(group, usage, description, example(sql, result)), binder);
  }
}
