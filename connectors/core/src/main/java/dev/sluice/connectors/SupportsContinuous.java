package dev.sluice.connectors;

import java.util.List;

/** A source that can be read without batches, as the trigger {@code continuous} does. */
public interface SupportsContinuous {
  /**
   * Begins to read after an offset, at the source's own beginning if that is {@link Offset#NONE}:
   * one reader for each partition that is there, in a fixed order. Called by the loop's thread,
   * again after {@link #needsReconfiguration}; the readers before are closed by then.
   */
  List<ContinuousReader> readers(Offset from, ScanRequest request);

  /**
   * What the checkpoint keeps of an epoch.
   *
   * @param positions those of the readers of the last call, in their order
   */
  Offset merge(List<String> positions);

  /** True if partitions have come or gone since; asked once an epoch. */
  boolean needsReconfiguration();
}
