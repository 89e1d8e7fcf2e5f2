/**
 * What works with Hadoop's classes: file systems, output that appears whole, errors in words.
 * Loaded when a location on HDFS is used and not before. What a file must be is the contract of
 * {@code FileStore}.
 */
@NullMarked
package dev.sluice.connectors.hadoop.client;

import org.jspecify.annotations.NullMarked;
