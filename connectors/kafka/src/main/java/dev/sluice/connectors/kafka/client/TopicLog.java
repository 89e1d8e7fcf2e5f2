package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.kafka.Partition;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which topics the checkpoint's offsets are of, in files {@code sources/I/topics-N} of which the
 * last counts: Spark's offsets hold names only, and a topic made anew while no query runs has the
 * same. Four lines behind {@code v1}: the topics' ids, the start of the last batch that found some
 * of them made anew, from where on their partitions had been read, and that batch's end, once it is
 * certain. Spark does not look at these files.
 */
final class TopicLog {
  private static final String VERSION = "v1";
  private static final String PREFIX = "topics-";

  private final String directory;
  private final FileStore files;
  private long last = -1;

  /**
   * @param ids by topic
   * @param from where the last batch that found topics made anew starts
   * @param left those of its partitions that start at the new topic's oldest record instead
   * @param to where that batch ends; empty while it may still be planned again with another end
   */
  record Entry(
      Map<String, String> ids, PartitionOffsets from, PartitionOffsets left, PartitionOffsets to) {
    static final Entry NONE =
        new Entry(Map.of(), PartitionOffsets.NONE, PartitionOffsets.NONE, PartitionOffsets.NONE);

    /** Whether the batch between these offsets is the one that found the partition made anew. */
    boolean isLeft(Partition partition, PartitionOffsets begin, PartitionOffsets end) {
      return left.find(partition).isPresent()
          && from.equals(begin)
          && (to.isEmpty() || to.equals(end));
    }

    /**
     * What to keep when the batch that begins here finds no topic made anew. One that begins behind
     * the batch of this entry makes that one's end certain: offsets may come to where it began
     * again, but not from there to its end.
     */
    Entry followed(Map<String, String> known, PartitionOffsets begin) {
      boolean behind = to.isEmpty() && !left.isEmpty() && !begin.equals(from);
      return new Entry(known, from, left, behind ? begin : to);
    }
  }

  TopicLog(SourceContext context) {
    this.directory = context.logDirectory();
    this.files = context.files().of(directory);
  }

  /** {@link Entry#NONE} if nothing has been written, as where Spark began the checkpoint. */
  Entry read() {
    try {
      for (FileStatus file : files.list(directory)) {
        last = Math.max(last, number(file.name()));
      }
      return last < 0 ? Entry.NONE : parse(location(last));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private String location(long number) {
    return directory + "/" + PREFIX + number;
  }

  private static long number(String name) {
    try {
      return name.startsWith(PREFIX) ? Long.parseLong(name.substring(PREFIX.length())) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private Entry parse(String location) throws IOException {
    String[] lines = new String(files.readAll(location), StandardCharsets.UTF_8).split("\n", -1);
    try {
      if (lines.length < 4 || !lines[0].equals(VERSION)) {
        throw new IllegalArgumentException("'v1' and three lines are expected");
      }
      Map<String, String> ids = new HashMap<>();
      Json.parseObject(lines[1]).forEach((topic, id) -> ids.put(topic, String.valueOf(id)));
      boolean ends = lines.length > 4 && !lines[4].isBlank();
      return new Entry(
          ids,
          PartitionOffsets.parse(lines[2]),
          PartitionOffsets.parse(lines[3]),
          ends ? PartitionOffsets.parse(lines[4]) : PartitionOffsets.NONE);
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "log-damaged",
          "'"
              + location
              + "' does not hold the ids of the Kafka source's topics: "
              + e.getMessage()
              + "; put it back from a copy, or delete it if no topic has been made anew since",
          e);
    }
  }

  /** Durable on return. The entry before is kept, those before it are not. */
  void write(Entry entry) {
    String text =
        String.join(
            "\n",
            VERSION,
            Json.write(new TreeMap<>(entry.ids())),
            entry.from().json(),
            entry.left().json(),
            entry.to().json());
    try {
      files.write(location(last + 1), text.getBytes(StandardCharsets.UTF_8));
      last++;
      if (last >= 2) {
        files.delete(location(last - 2));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PipelineException failed(IOException e) {
    return new PipelineException(
        "log-unusable",
        "cannot keep the ids of the Kafka source's topics in '" + directory + "': " + e,
        e);
  }
}
