package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.filter2.bloomfilterlevel.BloomFilterImpl;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.statisticslevel.StatisticsFilter;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.ColumnIndexFilter;
import org.apache.parquet.internal.filter2.columnindex.ColumnIndexStore;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a row group may meet the conditions: the library's filters over statistics and page
 * indexes, of which only the needed ones are read.
 */
final class RowGroupFilter {
  private final FileInput input;
  private final @Nullable FilterPredicate predicate;
  private final Set<ColumnPath> filtered;

  RowGroupFilter(FileInput input, Pushdown.Result conditions) {
    this.input = input;
    this.predicate = conditions.predicate();
    this.filtered = conditions.columns();
  }

  /** False if certainly no row meets the conditions. */
  boolean mayMatch(BlockMetaData group) throws IOException {
    if (predicate == null) {
      return true;
    }
    if (StatisticsFilter.canDrop(predicate, group.getColumns())) {
      return false;
    }
    if (!hasBloomFilter(group)) {
      return true;
    }
    try {
      return !BloomFilterImpl.canDrop(
          predicate, group.getColumns(), new BloomFilters(input, group));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean hasBloomFilter(BlockMetaData group) {
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (chunk.getBloomFilterOffset() >= 0 && filtered.contains(chunk.getPath())) {
        return true;
      }
    }
    return false;
  }

  /** The rows to be read, and where pages are; null if that is all of them. */
  @Nullable Selection select(BlockMetaData group) throws IOException {
    if (predicate == null || !hasIndexes(group)) {
      return null;
    }
    Indexes indexes = new Indexes(input, group);
    RowRanges rows;
    try {
      rows =
          ColumnIndexFilter.calculateRowRanges(
              FilterCompat.get(predicate), indexes, indexes.chunks.keySet(), group.getRowCount());
    } catch (RuntimeException e) {
      // The library takes an index for sound.
      throw new IOException("a page index is damaged: " + e, e);
    }
    indexes.failIfDamaged();
    return rows.rowCount() == group.getRowCount() ? null : new Selection(rows, indexes);
  }

  private boolean hasIndexes(BlockMetaData group) {
    Set<ColumnPath> missing = new HashSet<>(filtered);
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (chunk.getColumnIndexReference() != null && chunk.getOffsetIndexReference() != null) {
        missing.remove(chunk.getPath());
      }
    }
    return missing.isEmpty();
  }

  /** Some rows of a row group. */
  record Selection(RowRanges rows, Indexes indexes) {}

  /** The page indexes of one row group, read when they are asked for. */
  static final class Indexes implements ColumnIndexStore {
    private final FileInput input;
    private final Map<ColumnPath, ColumnChunkMetaData> chunks = new HashMap<>();
    private @Nullable IOException failure;

    Indexes(FileInput input, BlockMetaData group) {
      this.input = input;
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        chunks.put(chunk.getPath(), chunk);
      }
    }

    @Override
    public @Nullable ColumnIndex getColumnIndex(ColumnPath path) {
      ColumnChunkMetaData chunk = chunks.get(path);
      if (chunk == null || chunk.getColumnIndexReference() == null) {
        return null;
      }
      try {
        byte[] bytes = read(chunk.getColumnIndexReference());
        var index = new org.apache.parquet.format.ColumnIndex();
        Thrift.read(index, bytes, 0, bytes.length);
        return ParquetMetadataConverter.fromParquetColumnIndex(chunk.getPrimitiveType(), index);
      } catch (IOException e) {
        failure = e;
        return null;
      }
    }

    @Override
    public OffsetIndex getOffsetIndex(ColumnPath path) {
      OffsetIndex index = null;
      try {
        index = offsets(path);
      } catch (IOException e) {
        failure = e;
      }
      if (index == null) {
        throw new MissingOffsetIndexException(path);
      }
      return index;
    }

    /** Where the pages of a column are; null if the file does not say. */
    @Nullable OffsetIndex offsets(ColumnPath path) throws IOException {
      ColumnChunkMetaData chunk = chunks.get(path);
      if (chunk == null || chunk.getOffsetIndexReference() == null) {
        return null;
      }
      byte[] bytes = read(chunk.getOffsetIndexReference());
      var index = new org.apache.parquet.format.OffsetIndex();
      Thrift.read(index, bytes, 0, bytes.length);
      return ParquetMetadataConverter.fromParquetOffsetIndex(index);
    }

    private byte[] read(IndexReference reference) throws IOException {
      long most = Math.min(input.length(), Runtime.getRuntime().maxMemory() / 16);
      if (reference.getOffset() < 4
          || reference.getLength() < 0
          || reference.getLength() > most
          || reference.getOffset() > input.length() - reference.getLength()) {
        throw new IOException("a page index of impossible place or size");
      }
      byte[] bytes = new byte[reference.getLength()];
      input.readFully(reference.getOffset(), bytes, 0, bytes.length);
      return bytes;
    }

    private void failIfDamaged() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
