/** Versioned keyed state. */
@NullMarked
package dev.sluice.operators.state;

import org.jspecify.annotations.NullMarked;
