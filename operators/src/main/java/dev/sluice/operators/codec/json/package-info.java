/** JSON values to columns and back, with the rules and options of Spark's reader and writer. */
@NullMarked
package dev.sluice.operators.codec.json;

import org.jspecify.annotations.NullMarked;
