package dev.sluice.connectors.kinesis.client;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * A record of a shard.
 *
 * @param users what producers put: one, or those that their library joined
 * @param bytes about how much memory it takes
 */
record Fetched(String number, long arrivalMicros, List<UserRecord> users, long bytes) {
  private static final int OVERHEAD = 200;

  static Fetched of(Record record, StreamClient.ShardInfo shard) {
    byte[] data = record.data().asByteArrayUnsafe();
    List<UserRecord> users =
        Aggregation.split(data, shard.firstHash(), shard.lastHash())
            .orElseGet(() -> List.of(new UserRecord(record.partitionKey(), data, 0, data.length)));
    long micros =
        record.approximateArrivalTimestamp() == null
            ? Long.MIN_VALUE
            : record.approximateArrivalTimestamp().toEpochMilli() * 1000;
    return new Fetched(
        record.sequenceNumber(), micros, users, data.length + (long) OVERHEAD * users.size());
  }
}
