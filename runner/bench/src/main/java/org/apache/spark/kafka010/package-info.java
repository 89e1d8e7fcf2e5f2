/**
 * Stand-ins for the three classes of Spark's token provider that its Kafka source calls. The
 * benchmarks' brokers ask for no login, and no class here is on the way of a record.
 */
package org.apache.spark.kafka010;
