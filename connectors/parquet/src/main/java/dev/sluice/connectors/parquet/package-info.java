/**
 * Parquet files, read and written page by page straight from and into columns. Of the Parquet
 * libraries only the structures of the file's metadata are used: no Hadoop, no records, no values
 * as objects.
 */
@NullMarked
package dev.sluice.connectors.parquet;

import org.jspecify.annotations.NullMarked;
