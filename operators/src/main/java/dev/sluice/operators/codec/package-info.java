/** Bytes to columns and back: what the text formats and the functions over such texts share. */
@NullMarked
package dev.sluice.operators.codec;

import org.jspecify.annotations.NullMarked;
