/**
 * Tables of databases, read and written: connections, dialects, transactions, what may be retried.
 * Loaded, with the driver, when a pipeline names a database. What the pipeline file may say belongs
 * to the package above.
 */
@NullMarked
package dev.sluice.connectors.jdbc.client;

import org.jspecify.annotations.NullMarked;
