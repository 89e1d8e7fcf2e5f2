/** Functions of JSON and CSV texts. */
@NullMarked
package dev.sluice.operators.function.json;

import org.jspecify.annotations.NullMarked;
