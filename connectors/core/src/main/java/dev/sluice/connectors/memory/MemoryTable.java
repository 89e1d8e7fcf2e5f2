package dev.sluice.connectors.memory;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.state.BatchBytes;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code memory} sink holds, under the name of its query: rows packed as bytes, no more than
 * its bounds allow. It outlives the query, so that it can be read afterwards, until {@link
 * #forget}. Thread-safe; a reader sees whole batches.
 */
public final class MemoryTable {
  private static final Map<String, MemoryTable> TABLES = new ConcurrentHashMap<>();

  private final Schema schema;
  private final Bounds bounds;
  private final TreeMap<Long, Deque<Chunk>> epochs = new TreeMap<>();
  private long lastEpoch = -1;
  private long rows;
  private long bytes;
  private long dropped;

  /**
   * How much it may hold.
   *
   * @param dropsOldest whether the oldest rows go when it is full; otherwise the query fails
   */
  record Bounds(long maxRows, long maxBytes, boolean dropsOldest) {
    static final Bounds NONE = new Bounds(Long.MAX_VALUE, Long.MAX_VALUE, false);

    boolean allow(long rows, long bytes) {
      return rows <= maxRows && bytes <= maxBytes;
    }
  }

  /** One batch of rows, packed. */
  private record Chunk(int rows, byte[] bytes) {}

  /**
   * The table as it was at the end of a batch.
   *
   * @param epoch the newest batch in it, -1 for none
   * @param dropped how many rows it held once and does no more
   * @param packed the rows, as {@link BatchBytes} reads them
   */
  record Snapshot(Schema schema, long epoch, long rows, long dropped, List<byte[]> packed) {}

  MemoryTable(Schema schema, Bounds bounds) {
    this.schema = schema;
    this.bounds = bounds;
  }

  /** The table of a query; empty if none of that name has run with a memory sink. */
  public static Optional<MemoryTable> find(String queryName) {
    return Optional.ofNullable(TABLES.get(queryName));
  }

  /** All tables by name. */
  static Map<String, MemoryTable> all() {
    return new TreeMap<>(TABLES);
  }

  /** Gives the memory back. */
  public static void forget(String queryName) {
    TABLES.remove(queryName);
  }

  /** The table goes on if the query does, otherwise a new one takes its place. */
  static MemoryTable open(String queryName, Schema schema, Bounds bounds, boolean recovered) {
    MemoryTable table = TABLES.get(queryName);
    if (table == null || !recovered) {
      table = new MemoryTable(schema, bounds);
      TABLES.put(queryName, table);
    }
    return table;
  }

  public Schema schema() {
    return schema;
  }

  synchronized Snapshot snapshot() {
    List<byte[]> packed = new ArrayList<>();
    epochs.values().forEach(chunks -> chunks.forEach(chunk -> packed.add(chunk.bytes())));
    return new Snapshot(schema, lastEpoch, rows, dropped, packed);
  }

  /** The rows of each batch, in the order of the batches. */
  public synchronized Map<Long, List<Batch>> epochs() {
    TreeMap<Long, List<Batch>> found = new TreeMap<>();
    epochs.forEach((epoch, chunks) -> found.put(epoch, chunks.stream().map(this::unpack).toList()));
    return Collections.unmodifiableMap(found);
  }

  /** All rows in order, values as {@link Column#value} gives them. */
  public List<List<@Nullable Object>> rows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (List<Batch> batches : epochs().values()) {
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
    return lastEpoch >= epochId;
  }

  /** For the rows of a batch that is under way. */
  Staged stage(String queryName, boolean replace) {
    return new Staged(queryName, replace);
  }

  /**
   * The rows of a batch that is under way, packed as they come, within the bounds of the table: of
   * those that would have to go at once only the newest are kept.
   */
  final class Staged {
    private final String queryName;
    private final boolean replace;
    private final List<Deque<Chunk>> parts = new ArrayList<>();
    private long stagedRows;
    private long stagedBytes;
    private long stagedDropped;

    private Staged(String queryName, boolean replace) {
      this.queryName = queryName;
      this.replace = replace;
    }

    /** The rows of one worker. */
    final class Rows {
      private final long epochId;
      private final Deque<Chunk> chunks;
      private final BatchBytes packer = new BatchBytes();

      private Rows(long epochId, Deque<Chunk> chunks) {
        this.epochId = epochId;
        this.chunks = chunks;
      }

      void add(Batch batch) {
        if (batch.rows() > 0 && !holds(epochId)) {
          hold(epochId, chunks, pack(batch, packer));
        }
      }
    }

    synchronized Rows part(long epochId) {
      Deque<Chunk> chunks = new ArrayDeque<>();
      parts.add(chunks);
      return new Rows(epochId, chunks);
    }

    private synchronized void hold(long epochId, Deque<Chunk> chunks, Chunk chunk) {
      chunks.add(chunk);
      stagedRows += chunk.rows();
      stagedBytes += chunk.bytes().length;
      if (dropsOldest(replace)) {
        for (Deque<Chunk> part : parts) {
          while (!part.isEmpty() && isUseless(part.getFirst())) {
            Chunk oldest = part.removeFirst();
            stagedRows -= oldest.rows();
            stagedBytes -= oldest.bytes().length;
            stagedDropped += oldest.rows();
          }
          if (!part.isEmpty()) {
            break;
          }
        }
      } else {
        requireRoom(epochId, this);
      }
    }

    /** True if the rows behind it fill the table. */
    private boolean isUseless(Chunk chunk) {
      return stagedRows - chunk.rows() >= bounds.maxRows()
          || stagedBytes - chunk.bytes().length >= bounds.maxBytes();
    }
  }

  private boolean dropsOldest(boolean replace) {
    return bounds.dropsOldest() && !replace;
  }

  private synchronized void requireRoom(long epochId, Staged staged) {
    long allRows = (staged.replace ? 0 : rows) + staged.stagedRows;
    long allBytes = (staged.replace ? 0 : bytes) + staged.stagedBytes;
    if (!bounds.allow(allRows, allBytes)) {
      throw full(staged.queryName, epochId, allRows, allBytes, staged.replace);
    }
  }

  /** Adds a batch, or lets it stand in the place of all. */
  synchronized void add(long epochId, Staged staged) {
    if (staged.replace) {
      epochs.clear();
      rows = 0;
      bytes = 0;
    }
    Deque<Chunk> chunks = new ArrayDeque<>();
    staged.parts.forEach(chunks::addAll);
    epochs.put(epochId, chunks);
    lastEpoch = epochId;
    rows += staged.stagedRows;
    bytes += staged.stagedBytes;
    dropped += staged.stagedDropped;
    dropOldest(new BatchBytes());
  }

  private void dropOldest(BatchBytes packer) {
    while (!bounds.allow(rows, bytes)) {
      Map.Entry<Long, Deque<Chunk>> oldest = Objects.requireNonNull(epochs.firstEntry());
      Chunk chunk = oldest.getValue().pollFirst();
      if (chunk == null) {
        epochs.remove(oldest.getKey());
        continue;
      }
      rows -= chunk.rows();
      bytes -= chunk.bytes().length;
      long kept = Math.min(bounds.maxRows() - rows, chunk.rows());
      if (kept > 0 && bytes + chunk.bytes().length <= bounds.maxBytes()) {
        // Only some of its rows must go.
        Batch batch = unpack(chunk).slice((int) (chunk.rows() - kept), chunk.rows());
        Chunk rest = pack(batch, packer);
        oldest.getValue().addFirst(rest);
        rows += rest.rows();
        bytes += rest.bytes().length;
        dropped -= rest.rows();
      }
      dropped += chunk.rows();
    }
  }

  private static Chunk pack(Batch batch, BatchBytes packer) {
    packer.set(batch);
    return new Chunk(batch.rows(), Arrays.copyOf(packer.bytes(), packer.length()));
  }

  private Batch unpack(Chunk chunk) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(chunk.bytes()))) {
      return Objects.requireNonNull(BatchBytes.read(schema, in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PipelineException full(
      String queryName, long epochId, long allRows, long allBytes, boolean replace) {
    boolean tooMany = allRows > bounds.maxRows();
    return new PipelineException(
        "memory-full",
        "the memory table '"
            + queryName
            + "' would hold "
            + (tooMany ? allRows + " rows" : allBytes + " bytes")
            + " with batch "
            + epochId
            + ", and '"
            + (tooMany ? "maxRows" : "maxBytes")
            + "' allows "
            + (tooMany ? bounds.maxRows() : bounds.maxBytes())
            + "; raise it, keep fewer rows"
            + (replace ? "" : ", or say 'whenFull: dropOldest'"));
  }
}
