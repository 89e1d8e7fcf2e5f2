package dev.sluice.runner.loop;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a run holds open, closed in the reverse order; a failure to close one keeps none of the
 * others open.
 */
final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  void add(AutoCloseable resource) {
    open.push(resource);
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
