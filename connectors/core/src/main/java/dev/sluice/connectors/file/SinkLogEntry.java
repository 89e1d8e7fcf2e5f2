package dev.sluice.connectors.file;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of the sink's output, as a line of {@code _spark_metadata/N}.
 *
 * @param path the URI, percent-encoded
 * @param size in bytes
 * @param modified modification time in milliseconds
 * @param action {@code add}, or {@code delete} for a file that no longer counts
 */
record SinkLogEntry(String path, long size, boolean directory, long modified, String action) {
  static final String DIRECTORY = "_spark_metadata";

  /** Lines of the log; files older than {@code retention} leave it at compactions. */
  static final class Lines implements CompactibleLog.Entries<SinkLogEntry> {
    private final long retentionMillis;
    private final Clock clock;

    /** {@link Long#MAX_VALUE} retains for ever. */
    Lines(long retentionMillis, Clock clock) {
      this.retentionMillis = retentionMillis;
      this.clock = clock;
    }

    @Override
    public boolean keepsAll() {
      return retentionMillis == Long.MAX_VALUE;
    }

    @Override
    public String write(SinkLogEntry entry) {
      StringBuilder line = new StringBuilder(entry.path.length() + 160).append("{\"path\":");
      Json.quote(entry.path, line);
      return line.append(",\"size\":")
          .append(entry.size)
          .append(",\"isDir\":")
          .append(entry.directory)
          .append(",\"modificationTime\":")
          .append(entry.modified)
          // What Hadoop says of files on a local disk.
          .append(",\"blockReplication\":1,\"blockSize\":33554432,\"action\":\"")
          .append(entry.action)
          .append("\"}")
          .toString();
    }

    @Override
    public SinkLogEntry read(String line) {
      Map<String, ?> fields = Json.parseObject(line);
      if (fields.get("path") instanceof String path
          && fields.get("size") instanceof Long size
          && fields.get("modificationTime") instanceof Long modified
          && fields.get("action") instanceof String action) {
        return new SinkLogEntry(
            path, size, Boolean.TRUE.equals(fields.get("isDir")), modified, action);
      }
      throw new IllegalArgumentException("path, size, modificationTime and action are expected");
    }

    @Override
    public List<SinkLogEntry> compact(List<SinkLogEntry> all, long batch) {
      long oldest =
          retentionMillis == Long.MAX_VALUE ? Long.MIN_VALUE : clock.millis() - retentionMillis;
      List<SinkLogEntry> kept = new ArrayList<>(all.size());
      for (SinkLogEntry entry : live(all)) {
        if (entry.modified > oldest) {
          kept.add(entry);
        }
      }
      return kept;
    }
  }

  /** Without the files that a later entry deleted. */
  static List<SinkLogEntry> live(List<SinkLogEntry> all) {
    Set<String> deleted = new HashSet<>();
    for (SinkLogEntry entry : all) {
      if (entry.action.equals("delete")) {
        deleted.add(entry.path);
      }
    }
    return deleted.isEmpty()
        ? all
        : all.stream().filter(entry -> !deleted.contains(entry.path)).toList();
  }
}
