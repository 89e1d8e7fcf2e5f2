/** YAML text to nodes that know where each character stands. */
@NullMarked
package dev.sluice.runner.yaml;

import org.jspecify.annotations.NullMarked;
