/**
 * SQL text as tokens, and what is written with them outside queries, too: types, schemas, units of
 * time, statements between semicolons. What belongs here turns text into something else and knows
 * no expression; sources and checkpoints read schemas with it.
 */
@NullMarked
package dev.sluice.operators.ddl;

import org.jspecify.annotations.NullMarked;
