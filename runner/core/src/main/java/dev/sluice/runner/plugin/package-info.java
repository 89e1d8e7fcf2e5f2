/**
 * Functions, sources, sinks, formats, receivers and writers from jars that users put beside their
 * pipelines. What belongs here loads jars, adds what they register, and names the jar in whatever
 * goes wrong in it. What a plug-in may implement is the SPI of {@code connectors} and {@code
 * function}.
 */
@NullMarked
package dev.sluice.runner.plugin;

import org.jspecify.annotations.NullMarked;
