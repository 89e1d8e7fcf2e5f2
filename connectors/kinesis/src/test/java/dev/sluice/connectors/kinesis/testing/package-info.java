/** A Kinesis server for tests, also of other modules, and for trials. */
@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.kinesis.testing;
