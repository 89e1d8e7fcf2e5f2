/**
 * Positions, problems and the words in which mistakes are told. A mistake of the user is a {@code
 * Problem} with place and remedy, a failure in flight an exception with the same words. What is
 * wrong is decided where it is found, not here.
 */
@NullMarked
package dev.sluice.operators.diagnostics;

import org.jspecify.annotations.NullMarked;
