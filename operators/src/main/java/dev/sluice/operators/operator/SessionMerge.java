package dev.sluice.operators.operator;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Finds for rows the sessions that they are part of. Rows are taken owner by owner in the order of
 * time, side by side with the sessions that are there, and whatever overlaps or touches becomes one
 * (Spark's {@code MergingSessionsIterator}; a session that is there goes before a row that starts
 * at the same time).
 *
 * <p>The values of one session may so lie in several slots: each session that was there, with the
 * rows that follow it, and the rows before the first. Merging these parts in turn into the first
 * keeps the values in the order of time.
 */
final class SessionMerge {
  private final SessionTable sessions;
  private final IntConsumer touch;
  private int[] order = new int[0];
  private int[] into = new int[0];
  private int[] wholes = new int[16];
  private int[] partOf = new int[16];
  private int parts;
  private int[] made = new int[16];
  private int madeCount;

  /**
   * @param touch takes the slots of sessions that have grown
   */
  SessionMerge(SessionTable sessions, IntConsumer touch) {
    this.sessions = sessions;
    this.touch = touch;
  }

  /** Places rows: row {@code i} is of an owner, and by itself a session. */
  void place(int[] owners, long[] starts, long[] ends, int count) {
    order = SessionOrder.of(owners, starts, ends, count);
    into = new int[count];
    parts = 0;
    int from = 0;
    while (from < count) {
      int owner = owners[order[from]];
      int to = from + 1;
      while (to < count && owners[order[to]] == owner) {
        to++;
      }
      placeOwned(owner, starts, ends, from, to);
      from = to;
    }
  }

  private void placeOwned(int owner, long[] starts, long[] ends, int from, int to) {
    int first = sessions.firstEnding(owner, starts[order[from]]);
    int held = sessions.count(owner);
    int next = first;
    int row = from;
    int whole = -1;
    int part = -1;
    long until = 0;
    madeCount = 0;
    while (row < to || next < held) {
      int there = next < held ? sessions.at(owner, next) : -1;
      boolean isRow = there < 0 || row < to && starts[order[row]] < sessions.start(there);
      long start = isRow ? starts[order[row]] : sessions.start(there);
      long end = isRow ? ends[order[row]] : sessions.end(there);
      boolean joins = whole >= 0 && start <= until;
      if (row == to && !joins) {
        break;
      }
      if (!joins) {
        close(whole, until);
        whole = isRow ? sessions.open(owner, start, end) : there;
        part = whole;
        add(whole);
        until = end;
      } else {
        until = Math.max(until, end);
        touch.accept(whole);
        if (!isRow) {
          join(whole, there);
          part = there;
        }
      }
      if (isRow) {
        into[row++] = part;
        touch.accept(whole);
      } else {
        next++;
      }
    }
    close(whole, until);
    sessions.replace(owner, first, next, made, madeCount);
  }

  private void close(int whole, long until) {
    if (whole >= 0) {
      sessions.end(whole, until);
    }
  }

  private void add(int slot) {
    if (madeCount == made.length) {
      made = Arrays.copyOf(made, madeCount * 2);
    }
    made[madeCount++] = slot;
  }

  private void join(int whole, int there) {
    if (parts == wholes.length) {
      wholes = Arrays.copyOf(wholes, parts * 2);
      partOf = Arrays.copyOf(partOf, parts * 2);
    }
    wholes[parts] = whole;
    partOf[parts++] = there;
  }

  /** The rows, in the order in which their values count. */
  int[] order() {
    return order;
  }

  /** The slot that takes the values of row {@code order()[i]}. */
  int[] into() {
    return into;
  }

  /** How many slots are to be merged into others, in turn, once all rows have been added. */
  int parts() {
    return parts;
  }

  int[] partSlots() {
    return Arrays.copyOf(partOf, parts);
  }

  int[] wholeSlots() {
    return Arrays.copyOf(wholes, parts);
  }
}
