/**
 * HDFS as a file store: {@code hdfs://namenode:port/path}. What belongs here declares the kind of
 * storage and names no class of Hadoop. Formats, sources and checkpoints know only {@code
 * FileStore}.
 */
@NullMarked
package dev.sluice.connectors.hadoop;

import org.jspecify.annotations.NullMarked;
