/** Types, schemas and columnar batches. */
@NullMarked
package dev.sluice.operators.data;

import org.jspecify.annotations.NullMarked;
