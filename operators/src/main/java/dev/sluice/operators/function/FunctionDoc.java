package dev.sluice.operators.function;

import java.util.List;

/**
 * What people read of a function; the examples are run as tests.
 *
 * @param group Spark's family: {@code string_funcs}, {@code math_funcs}, ...
 * @param usage such as {@code upper(str)}
 * @param description one sentence
 */
public record FunctionDoc(String group, String usage, String description, List<Example> examples) {
  public FunctionDoc {
    examples = List.copyOf(examples);
  }

  /** An expression and its result as Spark prints it. */
  public record Example(String sql, String result) {}

  public static FunctionDoc of(
      String group, String usage, String description, Example... examples) {
    return new FunctionDoc(group, usage, description, List.of(examples));
  }

  public static Example example(String sql, String result) {
    return new Example(sql, result);
  }
}
