package dev.sluice.connectors;

/** A part of a range that one worker reads. */
public interface Split {
  /**
   * Opened on a worker thread; may be opened again after a failure, and then gives the same rows.
   */
  BatchReader open(ScanRequest request);
}
