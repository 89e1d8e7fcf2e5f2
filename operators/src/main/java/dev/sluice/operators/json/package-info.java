/** A small JSON reader and writer for logs, options and values. */
@NullMarked
package dev.sluice.operators.json;

import org.jspecify.annotations.NullMarked;
