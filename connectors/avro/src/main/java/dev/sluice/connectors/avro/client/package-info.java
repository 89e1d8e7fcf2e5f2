/**
 * What works with the Avro library: schemas, their resolution, readers and writers by column, the
 * registry of schemas. Loaded with the first Avro file or message. What is declared to users
 * belongs to the package above.
 */
@NullMarked
package dev.sluice.connectors.avro.client;

import org.jspecify.annotations.NullMarked;
