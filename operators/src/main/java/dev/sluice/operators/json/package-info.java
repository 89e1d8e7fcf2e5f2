/**
 * A small JSON reader and writer for logs, options and values. What belongs here makes plain Java
 * values and text. JSON as data, straight into columns, belongs to {@code codec.json}.
 */
@NullMarked
package dev.sluice.operators.json;

import org.jspecify.annotations.NullMarked;
