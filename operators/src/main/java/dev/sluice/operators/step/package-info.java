/** The YAML steps: one file each, expanding into the algebra. */
@NullMarked
package dev.sluice.operators.step;

import org.jspecify.annotations.NullMarked;
