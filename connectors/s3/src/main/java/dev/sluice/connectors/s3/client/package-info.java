/**
 * What works with the SDK's classes: buckets, conditional puts, uploads in parts, retries. Loaded
 * when a location on S3 is used and not before. What a file must be is the contract of {@code
 * FileStore}.
 */
@NullMarked
package dev.sluice.connectors.s3.client;

import org.jspecify.annotations.NullMarked;
