/**
 * Parquet files. The library ({@code parquet-hadoop}) has the file: row groups, page headers,
 * statistics, page indexes, the footer, and what may be skipped. The way between pages and columns
 * is ours, as it is in Spark: no records, no values as objects, one page a column in memory. No
 * class of Hadoop is needed.
 */
@NullMarked
package dev.sluice.connectors.parquet;

import org.jspecify.annotations.NullMarked;
