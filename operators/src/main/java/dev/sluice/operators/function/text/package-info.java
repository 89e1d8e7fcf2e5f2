/**
 * String functions: kernels over UTF-8 bytes. What needs a bound against expensive input, such as a
 * regular expression, has it here. Dates and numbers as text belong to {@code time} and {@code
 * expression}.
 */
@NullMarked
package dev.sluice.operators.function.text;

import org.jspecify.annotations.NullMarked;
