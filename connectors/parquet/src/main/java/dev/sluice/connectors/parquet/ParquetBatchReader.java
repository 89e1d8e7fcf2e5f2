package dev.sluice.connectors.parquet;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/** Reads the row groups that begin in a part of a file; of each only the columns asked for. */
final class ParquetBatchReader implements BatchReader {
  private final FileInput input;
  private final ParquetFooter footer;
  private final ScanRequest request;
  private final LeafColumns.Calendar calendar;
  private final List<RowGroup> groups;

  /** For each requested column its node, null if the file lacks it. */
  private final List<@Nullable ParquetNode> nodes = new ArrayList<>();

  private final Set<Integer> wanted = new TreeSet<>();
  private @Nullable LeafReader[] leaves = new @Nullable LeafReader[0];
  private int next;
  private long rowsLeft;

  ParquetBatchReader(
      FileInput input,
      ParquetFooter footer,
      List<RowGroup> groups,
      ScanRequest request,
      LeafColumns.Calendar calendar)
      throws IOException {
    this.input = input;
    this.footer = footer;
    this.groups = groups;
    this.request = request;
    this.calendar = calendar;
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
      if (next == groups.size()) {
        return null;
      }
      open(groups.get(next++));
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

  private void open(RowGroup group) throws IOException {
    rowsLeft = group.getNum_rows();
    List<ColumnChunk> chunks = group.getColumns();
    leaves = new @Nullable LeafReader[chunks.size()];
    List<ParquetNode> leafNodes = new ArrayList<>();
    addLeaves(footer.root(), leafNodes);
    if (leafNodes.size() != chunks.size() || rowsLeft < 0) {
      throw new IOException("a row group does not have the columns of the schema");
    }
    for (int leaf : wanted) {
      leaves[leaf] = new LeafReader(leafNodes.get(leaf), input, chunks.get(leaf));
    }
  }

  private static void addLeaves(ParquetNode node, List<ParquetNode> into) {
    if (node.isLeaf()) {
      into.add(node);
    }
    for (ParquetNode child : node.children()) {
      addLeaves(child, into);
    }
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
