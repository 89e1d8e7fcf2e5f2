/**
 * The closed relational algebra, its visitor and its printer, and what can be read off a node
 * alone. A new node breaks every visitor on purpose. What rewrites plans belongs to {@code
 * optimizer}, what runs them to {@code operator}.
 */
@NullMarked
package dev.sluice.operators.plan;

import org.jspecify.annotations.NullMarked;
