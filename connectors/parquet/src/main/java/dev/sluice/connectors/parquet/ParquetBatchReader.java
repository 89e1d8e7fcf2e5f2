package dev.sluice.connectors.parquet;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.jspecify.annotations.Nullable;

/** Reads the row groups that begin in a part of a file; of each only the columns asked for. */
final class ParquetBatchReader implements BatchReader {
  private final FileInput input;
  private final ParquetFooter footer;
  private final ScanRequest request;
  private final LeafColumns.Calendar calendar;
  private final boolean checksums;
  private final List<BlockMetaData> groups;
  private final RowGroupFilter filter;

  /** For each requested column its node, null if the file lacks it. */
  private final List<@Nullable ParquetNode> nodes = new ArrayList<>();

  private final Set<Integer> wanted = new TreeSet<>();
  private @Nullable LeafReader[] leaves = new @Nullable LeafReader[0];
  private int next;

  /** The rows of the row group that are still to be read, and those of the stretch under way. */
  private List<RowRanges.Range> stretches = List.of();

  private int nextStretch;
  private long rowsLeft;

  ParquetBatchReader(
      FileInput input,
      ParquetFooter footer,
      List<BlockMetaData> groups,
      RowGroupFilter filter,
      ScanRequest request,
      LeafColumns.Calendar calendar,
      boolean checksums)
      throws IOException {
    this.input = input;
    this.footer = footer;
    this.groups = groups;
    this.filter = filter;
    this.request = request;
    this.calendar = calendar;
    this.checksums = checksums;
    for (Field field : request.schema().fields()) {
      ParquetNode node = ColumnAssembler.find(footer.root(), field.name());
      nodes.add(node);
      if (node != null) {
        ColumnAssembler.collect(node, field.type(), false, wanted);
      }
    }
  }

  @Override
  public @Nullable Batch next() throws IOException {
    try {
      return nextBatch();
    } catch (Rebase.AmbiguousTime e) {
      throw new IOException(e.getMessage(), e);
    } catch (IndexOutOfBoundsException
        | NullPointerException
        | NegativeArraySizeException
        | ArithmeticException e) {
      // Every promise that a file makes may be broken by damage.
      throw new IOException("the file is damaged: " + e.getMessage(), e);
    }
  }

  private @Nullable Batch nextBatch() throws IOException {
    while (rowsLeft == 0) {
      if (nextStretch < stretches.size()) {
        RowRanges.Range stretch = stretches.get(nextStretch++);
        for (LeafReader leaf : leaves) {
          if (leaf != null) {
            leaf.skipTo(stretch.from);
          }
        }
        rowsLeft = stretch.to - stretch.from + 1;
      } else if (next == groups.size()) {
        return null;
      } else {
        open(groups.get(next++));
      }
    }
    int rows = (int) Math.min(rowsLeft, request.batchRows());
    for (LeafReader leaf : leaves) {
      if (leaf != null) {
        leaf.read(rows);
      }
    }
    ColumnAssembler assembler = new ColumnAssembler(leaves, calendar);
    List<Column> columns = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      DataType type = request.schema().field(i).type();
      ParquetNode node = nodes.get(i);
      columns.add(node == null ? ConstantColumn.of(type, null, rows) : assembler.build(node, type));
    }
    rowsLeft -= rows;
    return new Batch(request.schema(), columns, rows);
  }

  private void open(BlockMetaData group) throws IOException {
    if (group.getRowCount() < 0) {
      throw new IOException("a row group has an impossible number of rows");
    }
    RowGroupFilter.Selection selection = filter.select(group);
    List<ParquetNode> leafNodes = footer.root().leaves();
    leaves = new @Nullable LeafReader[leafNodes.size()];
    for (int leaf : wanted) {
      ParquetNode node = leafNodes.get(leaf);
      ColumnChunkMetaData chunk = chunk(group, node);
      OffsetIndex pages = selection == null ? null : selection.indexes().offsets(chunk.getPath());
      leaves[leaf] = new LeafReader(node, input, chunk, pages, checksums);
    }
    nextStretch = 0;
    if (selection == null) {
      stretches = List.of();
      rowsLeft = group.getRowCount();
    } else {
      stretches = selection.rows().getRanges();
    }
  }

  private static ColumnChunkMetaData chunk(BlockMetaData group, ParquetNode leaf)
      throws IOException {
    List<ColumnChunkMetaData> chunks = group.getColumns();
    ColumnPath path = ColumnPath.get(leaf.path().toArray(String[]::new));
    // In the order of the schema as a rule.
    if (leaf.leaf() < chunks.size() && chunks.get(leaf.leaf()).getPath().equals(path)) {
      return chunks.get(leaf.leaf());
    }
    for (ColumnChunkMetaData chunk : chunks) {
      if (chunk.getPath().equals(path)) {
        return chunk;
      }
    }
    throw new IOException("a row group does not have the columns of the schema");
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
