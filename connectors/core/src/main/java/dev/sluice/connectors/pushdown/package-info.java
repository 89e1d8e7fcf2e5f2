/**
 * Conditions of queries in the words of what is read: files, databases. The walk over a condition
 * is here, once. How one term is said to Parquet, ORC or SQL belongs to their modules.
 */
@NullMarked
package dev.sluice.connectors.pushdown;

import org.jspecify.annotations.NullMarked;
