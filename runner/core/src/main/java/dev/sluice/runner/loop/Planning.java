package dev.sluice.runner.loop;

/** When the end of a batch goes into the log, measured by what others see of the batch. */
enum Planning {
  /**
   * Its plan is durable before a row is read: rows may be seen as they come, and a second try must
   * give the same.
   */
  BEFORE_ROWS,

  /**
   * Its plan is written while rows are read and computed, and durable before state and sinks are
   * committed: nobody sees a row until then.
   */
  BEFORE_COMMIT,

  /**
   * Its rows may be out before its plan is durable. They may come again in other batches, but after
   * a crash only those of one batch do: it is not planned before the log of the one before is
   * durable.
   */
  AHEAD,

  /**
   * As {@link #AHEAD}, and it stays open: what comes soon after its beginning belongs to it, and it
   * is planned when it has all its rows. Small batches cost the log as much as large ones, and here
   * no row waits for it.
   */
  WHEN_CLOSED;

  /** Whether rows may be out before the plan is durable. */
  boolean runsAhead() {
    return this == AHEAD || this == WHEN_CLOSED;
  }
}
