/**
 * Objects of S3 and of servers that speak like it, as files: {@code s3a://bucket/key}. What belongs
 * here declares the kind of storage and names no class of the SDK. Formats, sources and checkpoints
 * know only {@code FileStore}.
 */
@NullMarked
package dev.sluice.connectors.s3;

import org.jspecify.annotations.NullMarked;
