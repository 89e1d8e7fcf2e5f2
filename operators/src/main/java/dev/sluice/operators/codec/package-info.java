/**
 * Bytes to columns and back: what the text formats and the functions over such texts share. What
 * belongs here knows lines, encodings and the text of single values. One format's grammar belongs
 * to the package of that format.
 */
@NullMarked
package dev.sluice.operators.codec;

import org.jspecify.annotations.NullMarked;
