/** CSV records to columns and back, with the rules and options of Spark's reader and writer. */
@NullMarked
package dev.sluice.operators.codec.csv;

import org.jspecify.annotations.NullMarked;
