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
    Throwable first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Throwable e) {
        first = first == null ? e : first;
      }
    }
    if (first instanceof RuntimeException known) {
      throw known;
    } else if (first instanceof Error error) {
      throw error;
    } else if (first != null) {
      throw new IllegalStateException(first);
    }
  }
}
