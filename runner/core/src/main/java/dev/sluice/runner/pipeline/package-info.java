/** The pipeline file: read, checked, bound, and made a plan. */
@NullMarked
package dev.sluice.runner.pipeline;

import org.jspecify.annotations.NullMarked;
