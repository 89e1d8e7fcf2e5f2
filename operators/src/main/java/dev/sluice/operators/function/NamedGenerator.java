package dev.sluice.operators.function;

import java.util.List;

/** A generator function of a {@link FunctionFamily}: its declaration, and how a call is bound. */
public record NamedGenerator(
    String name, List<String> aliases, FunctionDoc doc, List<Parameter> parameters, Binder binder)
    implements GeneratorFunction {
  /** Types a call, as {@link GeneratorFunction#bind}. */
  @FunctionalInterface
  public interface Binder {
    Generator bind(FunctionCall call);
  }

  public NamedGenerator {
    aliases = List.copyOf(aliases);
  }

  public static NamedGenerator of(String name, FunctionDoc doc, Binder binder) {
    return new NamedGenerator(name, List.of(), doc, List.of(), binder);
  }

  /** The same function, whose arguments may be given by these names. */
  public NamedGenerator withParameters(Parameter... named) {
    return new NamedGenerator(name, aliases, doc, List.of(named), binder);
  }

  @Override
  public Generator bind(FunctionCall call) {
    return binder.bind(call);
  }
}
