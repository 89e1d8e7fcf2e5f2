/** Functions of arrays, maps and structs, with and without lambdas, and generators. */
@NullMarked
package dev.sluice.operators.function.collection;

import org.jspecify.annotations.NullMarked;
