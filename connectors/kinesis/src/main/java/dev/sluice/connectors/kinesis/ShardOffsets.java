package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where each shard of a stream is read up to: {@code {"orders":{"shardId-000000000000":
 * "AFTER_SEQUENCE_NUMBER:4957...:1700000000000"}}}.
 */
public record ShardOffsets(String stream, SortedMap<String, Position> shards) {
  public ShardOffsets {
    shards = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(shards));
  }

  public Optional<Position> find(String shard) {
    return Optional.ofNullable(shards.get(shard));
  }

  public Offset asOffset() {
    Map<String, String> texts = new LinkedHashMap<>();
    shards.forEach((shard, position) -> texts.put(shard, position.text()));
    return new Offset(Json.write(Map.of(stream, texts)));
  }

  /** Fails if it is no offset of this stream. */
  public static ShardOffsets of(Offset offset, String stream) {
    SortedMap<String, Position> shards = new TreeMap<>();
    try {
      Map<String, ?> all = Json.parseObject(offset.json());
      if (!(all.get(stream) instanceof Map<?, ?> known) || all.size() != 1) {
        throw new PipelineException(
            "offset-invalid",
            "the checkpoint belongs to the stream "
                + all.keySet()
                + ", not to '"
                + stream
                + "'; name that stream, or start with a new checkpointLocation");
      }
      known.forEach(
          (shard, position) ->
              shards.put(String.valueOf(shard), Position.parse(String.valueOf(position))));
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "offset-invalid",
          "'" + offset.json() + "' is no offset of a Kinesis source: " + e.getMessage(),
          e);
    }
    return new ShardOffsets(stream, shards);
  }
}
