/** Plain lines as one string column. */
@NullMarked
package dev.sluice.operators.codec.text;

import org.jspecify.annotations.NullMarked;
