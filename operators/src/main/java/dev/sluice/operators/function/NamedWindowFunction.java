package dev.sluice.operators.function;

/** A window function of a {@link FunctionFamily}: its declaration, and how a call is bound. */
public record NamedWindowFunction(String name, FunctionDoc doc, Binder binder)
    implements WindowFunction {
  /** Types a call, as {@link WindowFunction#bind}. */
  @FunctionalInterface
  public interface Binder {
    Windowing bind(FunctionCall call);
  }

  @Override
  public Windowing bind(FunctionCall call) {
    return binder.bind(call);
  }
}
