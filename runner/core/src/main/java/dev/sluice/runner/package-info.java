/** From the pipeline file to a running query. */
@NullMarked
package dev.sluice.runner;

import org.jspecify.annotations.NullMarked;
