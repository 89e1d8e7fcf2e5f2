package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;

/** What is known of the values that references of the file were replaced by. */
interface Substituted {
  /** True if it has something that is only known at a run, or is a mistake that was reported. */
  boolean isUnknown(Node node);

  /** True if a secret was put into this value, and a name made from it shows the secret. */
  boolean isShownBy(Node node, String name);
}
