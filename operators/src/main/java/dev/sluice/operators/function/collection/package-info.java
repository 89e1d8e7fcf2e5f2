/**
 * Functions of arrays, maps and structs, with and without lambdas, and generators. They work on
 * offsets and child columns, and never make an object for an element. What compares or hashes
 * single values belongs to {@code data} and {@code expression}.
 */
@NullMarked
package dev.sluice.operators.function.collection;

import org.jspecify.annotations.NullMarked;
