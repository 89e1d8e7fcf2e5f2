/** What works with Hadoop's classes; loaded when a location on HDFS is used and not before. */
@NullMarked
package dev.sluice.connectors.hadoop.client;

import org.jspecify.annotations.NullMarked;
