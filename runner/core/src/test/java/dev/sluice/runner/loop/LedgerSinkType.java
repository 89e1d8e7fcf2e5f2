package dev.sluice.runner.loop;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Write;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A small sink that is exactly-once: one file for each batch, written once. Under the trigger
 * continuous, or when asked for it, it is at-least-once, and numbers its files downwards.
 */
final class LedgerSinkType implements SinkType {
  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public String summary() {
    return "For tests";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.text("path", "where").mandatory(),
        Option.flag("atLeastOnce", false, "whether rows may come again"));
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    String path = options.text("path");
    FileStore files = context.files().of(path);
    boolean atLeastOnce = options.flag("atLeastOnce");
    return new Sink() {
      @Override
      public String description() {
        return "Ledger[" + path + "]";
      }

      @Override
      public long lastEpoch() {
        try {
          long last = -1;
          for (FileStatus file : files.list(path)) {
            last = Math.max(last, Long.parseLong(file.name()));
          }
          return last;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean mayRegroup() {
        return atLeastOnce;
      }

      @Override
      public Write begin(long epochId) {
        long number = context.continuous() || atLeastOnce ? -1 : epochId;
        return new LedgerWrite(files, path, number, atLeastOnce);
      }
    };
  }

  private static final class LedgerWrite implements Write {
    private final FileStore files;
    private final String path;
    private final long number;
    private final boolean shows;
    private final List<String> rows = Collections.synchronizedList(new ArrayList<>());

    /** {@code shows}: what is flushed is there, without a commit. */
    LedgerWrite(FileStore files, String path, long number, boolean shows) {
      this.shows = shows;
      this.files = files;
      this.path = path;
      this.number = number;
    }

    @Override
    public Part part(int index) {
      return new Part() {
        @Override
        public void write(Batch batch) {
          for (int row = 0; row < batch.rows(); row++) {
            Object[] values = new Object[batch.columns().size()];
            for (int c = 0; c < values.length; c++) {
              Column column = batch.column(c);
              values[c] = column.value(row);
            }
            rows.add(Arrays.toString(values));
          }
        }

        @Override
        public void flush() {
          if (shows) {
            commit();
            rows.clear();
          }
        }

        @Override
        public void finish() {}
      };
    }

    @Override
    public void commit() {
      if (shows && rows.isEmpty()) {
        return;
      }
      String location = path + "/" + number;
      try {
        for (long next = number;
            next < 0 && files.status(location).isPresent();
            location = path + "/" + --next) {
          // Taken.
        }
        if (files.status(location).isEmpty()) {
          Collections.sort(rows);
          files.write(location, String.join("\n", rows).getBytes(StandardCharsets.UTF_8));
        } else {
          // Whoever wrote it may have died before its name was durable.
          files.settle(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(location, e);
      }
    }

    @Override
    public void close() {}
  }
}
