/**
 * Apache Avro in files and messages: what is declared of it. The library is used below only.
 * Folders and logs of files belong to {@code connectors.file}, messages to {@code
 * connectors.message}.
 */
@NullMarked
package dev.sluice.connectors.avro;

import org.jspecify.annotations.NullMarked;
