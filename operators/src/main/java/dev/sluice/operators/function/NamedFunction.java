package dev.sluice.operators.function;

import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A scalar function of a {@link FunctionFamily}: its declaration, and how a call is bound. */
public record NamedFunction(
    String name, List<String> aliases, FunctionDoc doc, List<Parameter> parameters, Binder binder)
    implements ScalarFunction {
  /** Types a call, as {@link ScalarFunction#bind}. */
  @FunctionalInterface
  public interface Binder {
    Expression bind(FunctionCall call);
  }

  public static NamedFunction of(String name, FunctionDoc doc, Binder binder) {
    return new NamedFunction(name, List.of(), doc, List.of(), binder);
  }

  public NamedFunction withAliases(String... others) {
    return new NamedFunction(name, List.of(others), doc, parameters, binder);
  }

  /** The same function, whose arguments may be given by these names. */
  public NamedFunction withParameters(Parameter... named) {
    return new NamedFunction(name, aliases, doc, List.of(named), binder);
  }

  @Override
  public Expression bind(FunctionCall call) {
    return binder.bind(call);
  }
}
