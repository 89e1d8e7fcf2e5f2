package dev.sluice.connectors.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Lines that came and are not committed yet, numbered from 0. When too many wait, who brings more
 * is held up, and with it, through TCP, the server.
 */
final class LineBuffer {
  /** A line and when it came. */
  record Line(byte[] text, long millis) {}

  private final Deque<Line> lines = new ArrayDeque<>();
  private final long maxBytes;
  private long first;
  private long bytes;
  private boolean closed;

  LineBuffer(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Waits for room; false when closed. A single line always finds room. */
  synchronized boolean add(byte[] text, long millis) throws InterruptedException {
    while (!closed && !lines.isEmpty() && bytes + text.length > maxBytes) {
      wait();
    }
    if (closed) {
      return false;
    }
    lines.addLast(new Line(text, millis));
    bytes += text.length;
    return true;
  }

  /** The number of the newest line, -1 before the first. */
  synchronized long newest() {
    return first + lines.size() - 1;
  }

  /** Numbering goes on after this one, if nothing has come yet. */
  synchronized void startAfter(long number) {
    if (lines.isEmpty() && first <= number) {
      first = number + 1;
    }
  }

  /** The lines after one number up to another, as far as they are still there. */
  synchronized List<Line> range(long after, long upTo) {
    List<Line> found = new ArrayList<>();
    long number = first;
    for (Line line : lines) {
      if (number > after && number <= upTo) {
        found.add(line);
      }
      number++;
    }
    return found;
  }

  synchronized void forget(long upTo) {
    while (!lines.isEmpty() && first <= upTo) {
      bytes -= lines.removeFirst().text().length;
      first++;
    }
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
