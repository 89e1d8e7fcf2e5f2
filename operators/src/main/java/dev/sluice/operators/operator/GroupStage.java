package dev.sluice.operators.operator;

import dev.sluice.operators.plan.OutputMode;

/** A stage that keeps groups: which of them come out in an epoch depends on the output mode. */
interface GroupStage extends Stage {
  /** Where a worker's rows go: the touched groups, all of them, or those that are over. */
  Outputs output(OutputMode mode, int worker);
}
