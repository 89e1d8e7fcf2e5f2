package dev.sluice.connectors.memory;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code memory} sink holds, under the name of its query. It outlives the query, so that it
 * can be read afterwards, until {@link #forget}. Thread-safe.
 */
public final class MemoryTable {
  private static final Map<String, MemoryTable> TABLES = new ConcurrentHashMap<>();

  private final Schema schema;
  private final TreeMap<Long, List<Batch>> epochs = new TreeMap<>();

  MemoryTable(Schema schema) {
    this.schema = schema;
  }

  /** The table of a query; empty if none of that name has run with a memory sink. */
  public static Optional<MemoryTable> find(String queryName) {
    return Optional.ofNullable(TABLES.get(queryName));
  }

  /** Gives the memory back. */
  public static void forget(String queryName) {
    TABLES.remove(queryName);
  }

  /** The table goes on if the query does, otherwise a new one takes its place. */
  static MemoryTable open(String queryName, Schema schema, boolean recovered) {
    MemoryTable table = TABLES.get(queryName);
    if (table == null || !recovered) {
      table = new MemoryTable(schema);
      TABLES.put(queryName, table);
    }
    return table;
  }

  public Schema schema() {
    return schema;
  }

  /** The rows of each batch that gave any, in the order of the batches. */
  public synchronized Map<Long, List<Batch>> epochs() {
    return Collections.unmodifiableMap(new TreeMap<>(epochs));
  }

  /** All rows in order, values as {@link Column#value} gives them. */
  public synchronized List<List<@Nullable Object>> rows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (List<Batch> batches : epochs.values()) {
      for (Batch batch : batches) {
        for (int row = 0; row < batch.rows(); row++) {
          List<@Nullable Object> values = new ArrayList<>(batch.columns().size());
          for (Column column : batch.columns()) {
            values.add(column.value(row));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  synchronized boolean holds(long epochId) {
    return !epochs.isEmpty() && epochs.lastKey() >= epochId;
  }

  synchronized void add(long epochId, List<Batch> batches, boolean replace) {
    if (replace) {
      epochs.clear();
    }
    epochs.put(epochId, List.copyOf(batches));
  }
}
