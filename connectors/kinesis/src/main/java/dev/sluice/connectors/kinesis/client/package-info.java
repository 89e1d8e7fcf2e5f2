/**
 * What uses the SDK of AWS: loaded, with the SDK, when a pipeline that reads or writes streams is
 * run. Shards and their readers are the source's, putting and its retries the sink's. What the
 * pipeline file may say belongs to the package above.
 */
@NullMarked
package dev.sluice.connectors.kinesis.client;

import org.jspecify.annotations.NullMarked;
