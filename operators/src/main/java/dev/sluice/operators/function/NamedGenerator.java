package dev.sluice.operators.function;

import java.util.List;

/** A generator function of a {@link FunctionFamily}: its declaration, and how a call is bound. */
public record NamedGenerator(String name, List<String> aliases, FunctionDoc doc, Binder binder)
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
    return new NamedGenerator(name, List.of(), doc, binder);
  }

  @Override
  public Generator bind(FunctionCall call) {
    return binder.bind(call);
  }
}
