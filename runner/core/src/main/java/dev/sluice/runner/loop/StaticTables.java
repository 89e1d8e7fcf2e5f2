package dev.sluice.runner.loop;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Refresh;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The static sources of a run: when each was read, and what of it is held for the next batch. As
 * long as none is due, the dataflow keeps what it made of them; when one is, the others are given
 * in again from memory.
 */
final class StaticTables {
  private final List<PlannedSource> sources;
  private final Clock clock;
  private final boolean dataflowKeeps;
  private final List<Optional<Reading>> readings = new ArrayList<>();

  private record Reading(long atMillis, List<Split> splits) {}

  /**
   * @param dataflowKeeps whether the dataflow holds tables from batch to batch
   */
  StaticTables(List<PlannedSource> sources, Clock clock, boolean dataflowKeeps) {
    this.sources = sources;
    this.clock = clock;
    this.dataflowKeeps = dataflowKeeps;
    sources.forEach(source -> readings.add(Optional.empty()));
  }

  int count() {
    return sources.size();
  }

  String name(int index) {
    return sources.get(index).name();
  }

  /** Looks anew at those that are due; false if all rows of the last batch are still good. */
  boolean refresh() {
    boolean any = !dataflowKeeps;
    long now = clock.millis();
    for (int i = 0; i < sources.size(); i++) {
      Optional<Reading> last = readings.get(i);
      PlannedSource source = sources.get(i);
      if (last.isEmpty() || source.refresh().isDue(last.get().atMillis(), now)) {
        readings.set(i, Optional.of(new Reading(now, read(source))));
        any = true;
      }
    }
    return any;
  }

  private List<Split> read(PlannedSource source) {
    List<Split> found;
    try {
      found = source.source().snapshot();
    } catch (PipelineException e) {
      throw source.failed(e);
    }
    boolean again = !dataflowKeeps || sources.size() > 1;
    return again && !source.refresh().equals(Refresh.EACH_BATCH)
        ? found.stream().<Split>map(Held::new).toList()
        : found;
  }

  /** What is to be read of a source; of one that is not due, from memory. */
  List<Split> splits(int index) {
    return readings.get(index).map(Reading::splits).orElse(List.of());
  }

  /** A split whose rows stay in memory once they have been read. */
  private static final class Held implements Split {
    private final Split split;
    private @Nullable List<Batch> rows;

    Held(Split split) {
      this.split = split;
    }

    @Override
    public BatchReader open(ScanRequest request) {
      List<Batch> held = rows;
      if (held != null) {
        int[] next = new int[1];
        return () -> next[0] < held.size() ? held.get(next[0]++) : null;
      }
      BatchReader reader = split.open(request);
      List<Batch> read = new ArrayList<>();
      return new BatchReader() {
        @Override
        public @Nullable Batch next() throws IOException {
          Batch batch = reader.next();
          if (batch == null) {
            rows = read;
          } else {
            read.add(batch);
          }
          return batch;
        }

        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    }

    @Override
    public Optional<String> place(ScanRequest request, long row) throws IOException {
      return split.place(request, row);
    }
  }
}
