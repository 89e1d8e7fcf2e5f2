package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Position;

/** What lies behind one place of a shard, up to another. */
record ShardRange(StreamClient.ShardInfo shard, Position from, Position to) {
  /** True if no record can lie in it: nothing but the time of reading differs. */
  boolean isEmpty() {
    return from.isEnd() || from.isSamePlace(to) || to.kind() == Position.Kind.AT_TIMESTAMP;
  }

  @Override
  public String toString() {
    return shard.id();
  }
}
