package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.io.Retried;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes part files into a folder and makes them count by an entry of {@code _spark_metadata}, one
 * a batch: a batch that is there already is not written again.
 */
final class FileSink implements Sink {
  private final String location;
  private final FileFormat.Writer writer;
  private final Layout layout;
  private final FileStore store;
  private final Clock clock;
  private final CompactibleLog<SinkLogEntry> log;

  /** How rows are laid out in folders and files. */
  record Layout(Schema schema, List<String> partitionBy, long maxRecordsPerFile, Session session) {
    /** The indexes of the partition columns, in the order of {@code partitionBy}. */
    int[] partitionColumns() {
      int[] indexes = new int[partitionBy.size()];
      for (int i = 0; i < indexes.length; i++) {
        List<Integer> found = schema.indexesOf(partitionBy.get(i));
        if (found.isEmpty()) {
          throw new PipelineException(
              "unknown-column", "partition column '" + partitionBy.get(i) + "' is not there");
        }
        indexes[i] = found.get(0);
      }
      return indexes;
    }
  }

  FileSink(
      String location,
      FileFormat.Writer writer,
      Layout layout,
      long retentionMillis,
      SinkContext context) {
    this.location = location;
    this.writer = writer;
    this.layout = layout;
    this.store = context.files().of(location);
    this.clock = context.clock();
    this.log =
        new CompactibleLog<>(
            store,
            location + "/" + SinkLogEntry.DIRECTORY,
            new SinkLogEntry.Lines(retentionMillis, clock),
            clock,
            LogDamage.SINK);
    try {
      store.requireExclusive(location);
    } catch (IOException e) {
      throw FileErrors.unwritable(location, e);
    }
    log.verify();
  }

  /** The indexes of the columns that are not in the folders' names. */
  static int[] dataColumns(Schema schema, List<String> partitionBy) {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      String name = schema.field(i).name();
      if (partitionBy.stream().noneMatch(name::equalsIgnoreCase)) {
        kept.add(i);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Of the storage, which others may use too. */
  @Override
  public Retried retried() {
    return store.retried(location);
  }

  @Override
  public String description() {
    return "FileSink[" + Locations.display(location) + "]";
  }

  @Override
  public boolean remembers() {
    return true;
  }

  @Override
  public long lastEpoch() {
    return log.latest();
  }

  @Override
  public boolean hidesUntilCommit() {
    return true;
  }

  @Override
  public Write begin(long epochId) {
    if (epochId <= log.latest()) {
      return new CommittedBefore(log);
    }
    return new FileWrite(location, store, writer, layout, log, epochId);
  }

  /** The write of an epoch that is in the log: its rows are dropped. */
  private static final class CommittedBefore implements Write {
    private final CompactibleLog<SinkLogEntry> log;

    CommittedBefore(CompactibleLog<SinkLogEntry> log) {
      this.log = log;
    }

    @Override
    public Part part(int index) {
      return new Part() {
        @Override
        public void write(Batch batch) {}

        @Override
        public void finish() {}
      };
    }

    @Override
    public void commit() {
      log.settle();
    }

    @Override
    public void close() {}
  }
}
