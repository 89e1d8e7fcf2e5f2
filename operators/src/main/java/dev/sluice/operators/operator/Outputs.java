package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.util.ArrayList;
import java.util.List;

/** Where the rows of one node in one worker go: to every node above it. */
final class Outputs implements Emitter {
  private final List<Emitter> all = new ArrayList<>(1);

  void add(Emitter emitter) {
    all.add(emitter);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  @Override
  public void emit(Batch batch) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).emit(batch);
    }
  }
}
