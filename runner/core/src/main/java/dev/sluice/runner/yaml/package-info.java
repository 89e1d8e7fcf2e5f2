/**
 * YAML text to nodes that know where each character stands. What belongs here knows YAML 1.2 and
 * its limits of size, depth and aliases. No key of the pipeline file is known here.
 */
@NullMarked
package dev.sluice.runner.yaml;

import org.jspecify.annotations.NullMarked;
