/**
 * The analyzer: names, functions and types of a syntax tree are resolved, and expressions and plans
 * made of it. What belongs here knows the session, the functions and the algebra; grammar belongs
 * to {@code sql.parser}, the tree to {@code sql.syntax}.
 */
@NullMarked
package dev.sluice.operators.sql;

import org.jspecify.annotations.NullMarked;
