package dev.sluice.connectors.file;

import dev.sluice.connectors.BatchReader;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.FlatColumn;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reads the regions of one split after each other and adds the columns that the files lack. */
final class RegionsReader implements BatchReader {
  private final Iterator<FileSplits.Region> regions;
  private final Projection projection;
  private final FileSplits splits;
  private FileSplits.@Nullable Region region;
  private @Nullable BatchReader open;
  private @Nullable FlatColumn[] constants = new @Nullable FlatColumn[0];

  RegionsReader(Iterator<FileSplits.Region> regions, Projection projection, FileSplits splits) {
    this.regions = regions;
    this.projection = projection;
    this.splits = splits;
  }

  @Override
  public @Nullable Batch next() {
    while (true) {
      BatchReader reader = open;
      FileSplits.Region at = region;
      if (reader == null || at == null) {
        if (!regions.hasNext()) {
          return null;
        }
        at = regions.next();
        region = at;
        constants = projection.constants(at, splits);
        open = splits.open(at, projection.inner());
        continue;
      }
      try {
        Batch batch = reader.next();
        if (batch != null) {
          return projection.apply(batch, constants);
        }
        reader.close();
      } catch (IOException | RuntimeException e) {
        closeQuietly(reader);
        splits.passOver(at.file(), e);
      }
      open = null;
    }
  }

  private static void closeQuietly(BatchReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      // The first failure tells more.
    }
  }

  @Override
  public void close() throws IOException {
    BatchReader reader = open;
    open = null;
    if (reader != null) {
      reader.close();
    }
  }
}
