/** HDFS as a file store: {@code hdfs://namenode:port/path}. */
@NullMarked
package dev.sluice.connectors.hadoop;

import org.jspecify.annotations.NullMarked;
