package dev.sluice.connectors.file;

import dev.sluice.operators.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that the source has taken, as a line of {@code sources/I/N}: {@code
 * {"path":"file:///data/f.csv","timestamp":1767225603000,"batchId":1}}.
 *
 * @param path the URI, percent-encoded
 * @param timestamp modification time in milliseconds
 * @param batchId the number of the log entry that took it
 */
record SourceLogEntry(String path, long timestamp, long batchId) {

  /** Lines of the log; entries too old to matter leave it at compactions. */
  static final class Lines implements CompactibleLog.Entries<SourceLogEntry> {
    private final long maxFileAgeMillis;
    private long oldest = Long.MAX_VALUE;
    private long newest;

    Lines(long maxFileAgeMillis) {
      this.maxFileAgeMillis = maxFileAgeMillis;
    }

    @Override
    public boolean keepsAll() {
      return oldest >= newest - maxFileAgeMillis;
    }

    private SourceLogEntry noted(SourceLogEntry entry) {
      oldest = Math.min(oldest, entry.timestamp);
      newest = Math.max(newest, entry.timestamp);
      return entry;
    }

    @Override
    public String write(SourceLogEntry entry) {
      noted(entry);
      StringBuilder line = new StringBuilder(entry.path.length() + 64).append("{\"path\":");
      Json.quote(entry.path, line);
      return line.append(",\"timestamp\":")
          .append(entry.timestamp)
          .append(",\"batchId\":")
          .append(entry.batchId)
          .append('}')
          .toString();
    }

    @Override
    public SourceLogEntry read(String line) {
      SourceLogEntry usual = readUsual(line);
      if (usual != null) {
        return noted(usual);
      }
      Map<String, ?> fields = Json.parseObject(line);
      if (fields.get("path") instanceof String path
          && fields.get("timestamp") instanceof Long timestamp
          && fields.get("batchId") instanceof Long batch) {
        return noted(new SourceLogEntry(path, timestamp, batch));
      }
      throw new IllegalArgumentException("path, timestamp and batchId are expected");
    }

    /** The exact form that is always written; logs are long and read at every start. */
    private static @Nullable SourceLogEntry readUsual(String line) {
      String prefix = "{\"path\":\"";
      int pathEnd = line.indexOf("\",\"timestamp\":", prefix.length());
      int timestamp = pathEnd + "\",\"timestamp\":".length();
      int timestampEnd = pathEnd < 0 ? -1 : line.indexOf(",\"batchId\":", timestamp);
      if (!line.startsWith(prefix) || timestampEnd < 0 || !line.endsWith("}")) {
        return null;
      }
      if (line.lastIndexOf('\\', pathEnd) >= 0) {
        return null;
      }
      try {
        return new SourceLogEntry(
            line.substring(prefix.length(), pathEnd),
            Long.parseLong(line, timestamp, timestampEnd, 10),
            Long.parseLong(line, timestampEnd + ",\"batchId\":".length(), line.length() - 1, 10));
      } catch (NumberFormatException e) {
        return null;
      }
    }

    @Override
    public List<SourceLogEntry> compact(List<SourceLogEntry> all, long batch) {
      long limit = newest - maxFileAgeMillis;
      oldest = Long.MAX_VALUE;
      List<SourceLogEntry> kept = new ArrayList<>(all.size());
      for (SourceLogEntry entry : all) {
        // Recent batches may have to be read again, however old their files are.
        if (entry.timestamp >= limit || entry.batchId > batch - CompactibleLog.INTERVAL) {
          kept.add(noted(entry));
        }
      }
      return kept;
    }
  }
}
