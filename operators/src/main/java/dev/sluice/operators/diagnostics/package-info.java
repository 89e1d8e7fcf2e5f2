/** Positions, problems and the words in which mistakes are told. */
@NullMarked
package dev.sluice.operators.diagnostics;

import org.jspecify.annotations.NullMarked;
