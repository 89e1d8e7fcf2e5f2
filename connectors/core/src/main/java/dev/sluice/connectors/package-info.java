/**
 * The connector SPI: what a source, a sink and a file format must do, and nothing about any
 * technology.
 */
@NullMarked
package dev.sluice.connectors;

import org.jspecify.annotations.NullMarked;
