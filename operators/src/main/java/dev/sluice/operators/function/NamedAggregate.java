package dev.sluice.operators.function;

import java.util.List;

/** An aggregate function of a {@link FunctionFamily}: its declaration, and how a call is bound. */
public record NamedAggregate(String name, List<String> aliases, FunctionDoc doc, Binder binder)
    implements AggregateFunction {
  /** Types a call, as {@link AggregateFunction#bind}. */
  @FunctionalInterface
  public interface Binder {
    Aggregation bind(FunctionCall call);
  }

  public NamedAggregate {
    aliases = List.copyOf(aliases);
  }

  public static NamedAggregate of(String name, FunctionDoc doc, Binder binder) {
    return new NamedAggregate(name, List.of(), doc, binder);
  }

  public NamedAggregate withAliases(String... others) {
    return new NamedAggregate(name, List.of(others), doc, binder);
  }

  @Override
  public Aggregation bind(FunctionCall call) {
    return binder.bind(call);
  }
}
