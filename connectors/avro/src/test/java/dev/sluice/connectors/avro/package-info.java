@NullMarked
package dev.sluice.connectors.avro;

import org.jspecify.annotations.NullMarked;
