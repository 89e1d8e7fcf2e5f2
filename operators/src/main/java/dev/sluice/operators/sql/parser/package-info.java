/**
 * Text to {@code Syntax} and {@code Query}: {@code ExpressionParser} reads one expression, {@code
 * QueryParser} a query, each other class a part of the grammar. What belongs here decides what is
 * SQL; whether it means something is found out by the analyzer, the package above.
 */
@NullMarked
package dev.sluice.operators.sql.parser;

import org.jspecify.annotations.NullMarked;
