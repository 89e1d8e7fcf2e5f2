/**
 * Functions, sources, sinks, formats, receivers and writers from jars that users put beside their
 * pipelines.
 */
@NullMarked
package dev.sluice.runner.plugin;

import org.jspecify.annotations.NullMarked;
