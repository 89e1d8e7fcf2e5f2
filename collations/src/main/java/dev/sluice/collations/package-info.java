/** Collations of languages, by ICU. */
@NullMarked
package dev.sluice.collations;

import org.jspecify.annotations.NullMarked;
