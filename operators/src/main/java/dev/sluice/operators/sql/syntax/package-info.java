/**
 * The tree that SQL text is read into, with the offset of each part, and walks over it. What
 * belongs here knows no table, no function and no type that is not written out.
 */
@NullMarked
package dev.sluice.operators.sql.syntax;

import org.jspecify.annotations.NullMarked;
