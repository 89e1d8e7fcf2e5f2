/** What works with the Avro library; loaded with the first Avro file or message. */
@NullMarked
package dev.sluice.connectors.avro.client;

import org.jspecify.annotations.NullMarked;
