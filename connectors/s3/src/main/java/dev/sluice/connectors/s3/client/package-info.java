/** What works with the SDK's classes; loaded when a location on S3 is used and not before. */
@NullMarked
package dev.sluice.connectors.s3.client;

import org.jspecify.annotations.NullMarked;
