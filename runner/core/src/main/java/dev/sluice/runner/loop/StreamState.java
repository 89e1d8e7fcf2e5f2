package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.runner.plan.PlannedSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** How far the loop has come in one streaming source. */
final class StreamState {
  private final PlannedSource planned;
  private final Source source;
  private Offset committed = Offset.NONE;
  private boolean once;
  private boolean asked;
  private Offset available = Offset.NONE;
  // Of batches whose plan was not known to be durable.
  private final Deque<Begin> begins = new ArrayDeque<>();

  /** Where a batch begins. */
  private record Begin(long batchId, Offset from) {}

  StreamState(PlannedSource planned) {
    this.planned = planned;
    this.source = planned.source();
  }

  String name() {
    return planned.name();
  }

  Source source() {
    return source;
  }

  Offset committed() {
    return committed;
  }

  /** Takes up where a batch of the log ended. */
  void resume(Offset end) {
    committed = end;
  }

  boolean supportsAvailableNow() {
    return source instanceof SupportsAvailableNow;
  }

  void freeze() {
    if (source instanceof SupportsAvailableNow freezable) {
      try {
        freezable.prepareForAvailableNow();
      } catch (PipelineException e) {
        throw planned.failed(e);
      }
    }
  }

  /** Where reading starts: the end of the last batch, or the source's own beginning. */
  private Offset start(Offset from) {
    return from.isNone() ? source.initialOffset() : from;
  }

  /** From now on, what is there at the next question is all that there will be. */
  void askOnce() {
    once = true;
    asked = false;
  }

  /** The end of the next batch. */
  Offset latest(ReadLimit limit) {
    if (!once || !asked) {
      try {
        available = source.latestOffset(start(committed), limit);
      } catch (PipelineException e) {
        throw planned.failed(e);
      }
      asked = true;
    }
    return available;
  }

  boolean isExtendable() {
    return source.extendsRanges();
  }

  /** Whether rows wait that only come with another batch. */
  boolean isHeldUp() {
    return !source.extendsRanges() && isBehind();
  }

  /** Where the batch that ended there ends now. */
  Offset extend(Offset to) {
    try {
      return source.extendsRanges() && !to.isNone() ? source.extend(to) : to;
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  List<Split> splits(Offset from, Offset to) {
    try {
      return from.equals(to) || to.isNone() ? List.of() : source.splits(start(from), to);
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  /** Whether rows are known to wait that the last batch left. */
  boolean isBehind() {
    return source.backlog().map(left -> left.count() > 0).orElse(false);
  }

  /** The rows that have been read are those of the batch, or this throws. */
  void confirm() {
    try {
      source.confirm();
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  /** The next batch, which begins where the last one ended. */
  void begin(long batchId) {
    begins.add(new Begin(batchId, committed));
  }

  /** All batches up to here are durable. */
  void tellCompleted() {
    if (!committed.isNone()) {
      source.completed(committed);
    }
  }

  /**
   * What lies before the last batch that is fixed in the log may be forgotten. A source is told
   * batch by batch, as some clean up what one had.
   */
  void forgetBehind(long lastFixed) {
    while (!begins.isEmpty() && begins.getFirst().batchId() <= lastFixed) {
      Offset behind = begins.removeFirst().from();
      if (!behind.isNone()) {
        commit(behind);
      }
    }
  }

  private void commit(Offset upTo) {
    try {
      source.commit(upTo);
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }
}
