/**
 * Collations of languages, by ICU. A query that names one brings this module and its library in.
 * What belongs here turns strings into keys in a language's order; which calls compare by such keys
 * is decided in {@code operators}.
 */
@NullMarked
package dev.sluice.collations;

import org.jspecify.annotations.NullMarked;
