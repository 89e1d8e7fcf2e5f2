package dev.sluice.connectors.file;

import java.util.HashMap;
import java.util.Map;

/**
 * The files taken so far, so that none is taken twice. A file is new if it was not seen and is not
 * older than the newest one by more than the age limit; what is older is forgotten. The limit moves
 * only in {@link #purge}, so that all files of the first listing count.
 */
final class SeenFiles {
  private final Map<String, Long> timestamps = new HashMap<>();
  private final long maxAgeMillis;
  private final boolean nameOnly;
  private long newest;
  private long oldestValid;
  private int sweepAt = 1024;

  SeenFiles(long maxAgeMillis, boolean nameOnly) {
    this.maxAgeMillis = maxAgeMillis;
    this.nameOnly = nameOnly;
  }

  private String key(String location) {
    return nameOnly ? location.substring(location.lastIndexOf('/') + 1) : location;
  }

  void add(String location, long timestamp) {
    timestamps.put(key(location), timestamp);
    newest = Math.max(newest, timestamp);
  }

  boolean isNew(String location, long timestamp) {
    if (timestamp < oldestValid) {
      return false;
    }
    Long seen = timestamps.get(key(location));
    return seen == null || seen < oldestValid;
  }

  /** Moves the age limit. Entries beyond it count as forgotten and are swept now and then. */
  void purge() {
    oldestValid = Math.max(oldestValid, newest - maxAgeMillis);
    if (timestamps.size() >= sweepAt) {
      timestamps.values().removeIf(timestamp -> timestamp < oldestValid);
      sweepAt = Math.max(1024, timestamps.size() * 2);
    }
  }

  int size() {
    return timestamps.size();
  }
}
