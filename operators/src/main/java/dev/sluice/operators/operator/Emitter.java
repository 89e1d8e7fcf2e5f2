package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;

/** Where an operator's rows go. Never refuses. */
@FunctionalInterface
public interface Emitter {
  void emit(Batch batch);
}
