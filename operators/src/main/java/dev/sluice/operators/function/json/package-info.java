/**
 * Functions of JSON and CSV texts. What belongs here binds arguments and options to the decoders
 * and encoders. Those themselves belong to {@code codec}.
 */
@NullMarked
package dev.sluice.operators.function.json;

import org.jspecify.annotations.NullMarked;
