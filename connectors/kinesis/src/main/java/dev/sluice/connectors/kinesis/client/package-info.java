/**
 * What uses the SDK of AWS: loaded, with the SDK, when a pipeline that reads or writes streams is
 * run.
 */
@NullMarked
package dev.sluice.connectors.kinesis.client;

import org.jspecify.annotations.NullMarked;
