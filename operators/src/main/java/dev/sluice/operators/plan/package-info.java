/** The closed relational algebra, its visitor and its printer; what rewrites it is elsewhere. */
@NullMarked
package dev.sluice.operators.plan;

import org.jspecify.annotations.NullMarked;
