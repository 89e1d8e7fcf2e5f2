/** The closed relational algebra, its visitor and its printer. */
@NullMarked
package dev.sluice.operators.plan;

import org.jspecify.annotations.NullMarked;
