/** Apache Avro in files and messages: what is declared of it. The library is used below only. */
@NullMarked
package dev.sluice.connectors.avro;

import org.jspecify.annotations.NullMarked;
