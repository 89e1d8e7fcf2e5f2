/**
 * The YAML steps: one file each, expanding into the algebra. A step reads its own part of the file,
 * reports mistakes with their place, and gives a {@code Rel}. Nothing here runs, and no step is
 * known to the algebra.
 */
@NullMarked
package dev.sluice.operators.step;

import org.jspecify.annotations.NullMarked;
