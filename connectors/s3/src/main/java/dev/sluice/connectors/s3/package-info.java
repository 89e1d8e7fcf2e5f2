/** Objects of S3 and of servers that speak like it, as files: {@code s3a://bucket/key}. */
@NullMarked
package dev.sluice.connectors.s3;

import org.jspecify.annotations.NullMarked;
