/**
 * Rewrites of a plan that leave its result as it is, and what is read off a plan so that less is
 * done: filters nearer to the source, columns that nobody reads, rows after a limit, how long a
 * side of a join must wait for the other. What belongs here knows plans and expressions, and runs
 * nothing.
 */
@NullMarked
package dev.sluice.operators.optimizer;

import org.jspecify.annotations.NullMarked;
