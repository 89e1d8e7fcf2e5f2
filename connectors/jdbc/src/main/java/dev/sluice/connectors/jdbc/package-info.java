/**
 * Databases by JDBC: what the pipeline file may say. The work is in {@code client}, whose libraries
 * are loaded when a pipeline names one.
 */
@NullMarked
package dev.sluice.connectors.jdbc;

import org.jspecify.annotations.NullMarked;
