package dev.sluice.connectors;

import java.io.IOException;
import java.util.Optional;

/** A part of a range that one worker reads. */
public interface Split {
  /**
   * Opened on a worker thread; may be opened again after a failure, and then gives the same rows.
   */
  BatchReader open(ScanRequest request);

  /** It has no more rows than this; few are read without waking other threads. */
  default long mostRows() {
    return Long.MAX_VALUE;
  }

  /**
   * Where a row stands, for people: {@code /data/in/a.csv:8}. Asked at most once, after the row
   * broke the query; may read the split again. Empty if the source cannot tell.
   *
   * @param row its number, from 0, among the rows that a reader of this request gives
   */
  default Optional<String> place(ScanRequest request, long row) throws IOException {
    return Optional.empty();
  }
}
