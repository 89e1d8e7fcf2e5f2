package dev.sluice.runner.loop;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.runner.plan.PlannedSource;
import java.util.List;

/** How far the loop has come in one streaming source. */
final class StreamState {
  private final PlannedSource planned;
  private final Source source;
  private Offset committed = Offset.NONE;
  private boolean asked;
  private Offset available = Offset.NONE;

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

  /** The end of the next batch; with {@code once}, what the first call gave. */
  Offset latest(ReadLimit limit, boolean once) {
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

  List<Split> splits(Offset from, Offset to) {
    try {
      return from.equals(to) || to.isNone() ? List.of() : source.splits(start(from), to);
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  /** The rows that have been read are those of the batch, or this throws. */
  void confirm() {
    try {
      source.confirm();
    } catch (PipelineException e) {
      throw planned.failed(e);
    }
  }

  /** What lies before may be forgotten: a batch that begins there is fixed in the log. */
  void forgetBehind() {
    if (!committed.isNone()) {
      try {
        source.commit(committed);
      } catch (PipelineException e) {
        throw planned.failed(e);
      }
    }
  }
}
