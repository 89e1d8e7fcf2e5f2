package dev.sluice.connectors.parquet;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.SelectedColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TypeDefinedOrder;
import org.jspecify.annotations.Nullable;

/** One Parquet file being written. A row group is held in memory, compressed, until it is full. */
final class ParquetFileWriter implements FileFormat.FileWriter {
  static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Bounds what a writer holds; several may be open in a heap of 256 MB. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  /** Flat columns are cut into steps, so that pages keep their size with long values too. */
  private static final int STEP_ROWS = 1024;

  /** The release whose way of writing types, dates and times this writer follows. */
  private static final String SPARK_VERSION = "4.1.3";

  private final FileOutput output;
  private final Schema schema;
  private final List<SchemaElement> elements;
  private final ParquetNode root;
  private final List<LeafWriter> leaves = new ArrayList<>();
  private final List<RowGroup> rowGroups = new ArrayList<>();
  private long rows;
  private long rowsInGroup;
  private int[] positions = new int[STEP_ROWS];
  private int[] levels = new int[STEP_ROWS];

  ParquetFileWriter(FileOutput output, Schema schema, CompressionCodec codecName)
      throws IOException {
    this.output = output;
    this.schema = schema;
    this.elements = ParquetSchemas.elements(schema);
    this.root = ParquetNode.tree(elements);
    Codecs codec = Codecs.of(codecName);
    addLeaves(root, List.of(), codecName, codec);
    output.write(MAGIC, 0, MAGIC.length);
  }

  private void addLeaves(
      ParquetNode node, List<String> path, CompressionCodec codecName, Codecs codec) {
    for (ParquetNode child : node.children()) {
      List<String> childPath = new ArrayList<>(path);
      childPath.add(child.name());
      if (!child.isLeaf()) {
        addLeaves(child, childPath, codecName, codec);
      } else if (NumberWriter.isNumber(child.element().getType())) {
        leaves.add(new NumberWriter(childPath, child, codecName, codec));
      } else {
        leaves.add(new BytesWriter(childPath, child, codecName, codec));
      }
    }
  }

  @Override
  public void write(Batch batch) throws IOException {
    for (int i = 0; i < schema.size(); i++) {
      ParquetNode node = root.children().get(i);
      Column column = batch.column(i);
      if (node.isLeaf()) {
        writeFlat(leaves.get(node.leaf()), column, batch.rows());
      } else {
        writeNested(node, column.flatten(), batch.rows());
      }
    }
    rows += batch.rows();
    rowsInGroup += batch.rows();
    long bytes = 0;
    for (LeafWriter leaf : leaves) {
      bytes += leaf.chunkBytes();
    }
    if (bytes >= ROW_GROUP_BYTES) {
      endRowGroup();
    }
  }

  private void writeFlat(LeafWriter leaf, Column column, int count) throws IOException {
    FlatColumn base;
    int[] selected = null;
    if (column instanceof SelectedColumn some) {
      base = some.base();
      selected = some.rows();
    } else if (column instanceof ConstantColumn constant) {
      base = constant.one();
      selected = new int[count];
    } else {
      base = column.flatten();
    }
    Validity validity = base.validity();
    for (int from = 0; from < count; from += STEP_ROWS) {
      int step = Math.min(STEP_ROWS, count - from);
      if (validity == Validity.ALL && selected == null) {
        leaf.addPresent(step);
        leaf.values(base, null, from, step);
      } else {
        int present = 0;
        for (int i = 0; i < step; i++) {
          int row = selected == null ? from + i : selected[from + i];
          boolean valid = validity.isValid(row);
          levels[i] = valid ? 1 : 0;
          positions[present] = row;
          present += valid ? 1 : 0;
        }
        if (present == step) {
          leaf.addPresent(step);
        } else {
          leaf.addLevels(levels, null, step);
        }
        leaf.values(base, positions, 0, present);
      }
      leaf.endPageIfFull();
    }
  }

  private void writeNested(ParquetNode node, FlatColumn column, int count) throws IOException {
    int[] rowsOf = new int[count];
    for (int i = 0; i < count; i++) {
      rowsOf[i] = i;
    }
    shred(node, column, new Slots(rowsOf, new int[count], new int[count], count));
    int next = node.leaf();
    for (LeafWriter leaf : leaves.subList(next, next + leafCount(node))) {
      leaf.endPageIfFull();
    }
  }

  private static int leafCount(ParquetNode node) {
    if (node.isLeaf()) {
      return 1;
    }
    int count = 0;
    for (ParquetNode child : node.children()) {
      count += leafCount(child);
    }
    return count;
  }

  /**
   * Places for values: {@code rows[i]} is the row of the column, or -1 where something above is
   * null or empty, which {@code definition[i]} then tells.
   */
  private record Slots(int[] rows, int[] definition, int[] repetition, int count) {}

  private void shred(ParquetNode node, Column values, Slots slots) {
    FlatColumn column = values.flatten();
    Validity validity = column.validity();
    int[] live = Arrays.copyOf(slots.rows, slots.count);
    int[] definition = Arrays.copyOf(slots.definition, slots.count);
    int present = node.maxDefinition() - (node.isRepeated() ? 1 : 0);
    for (int i = 0; i < slots.count; i++) {
      if (live[i] >= 0) {
        if (validity.isNull(live[i])) {
          live[i] = -1;
        } else {
          definition[i] = present;
        }
      }
    }
    Slots own = new Slots(live, definition, slots.repetition, slots.count);
    if (node.isLeaf()) {
      LeafWriter leaf = leaves.get(node.leaf());
      leaf.addLevels(definition, slots.repetition, slots.count);
      int count = 0;
      for (int i = 0; i < slots.count; i++) {
        if (live[i] >= 0) {
          live[count++] = live[i];
        }
      }
      leaf.values(column, live, 0, count);
    } else if (column instanceof StructColumn struct) {
      for (int i = 0; i < node.children().size(); i++) {
        shred(node.children().get(i), struct.child(i), own);
      }
    } else if (column instanceof ArrayColumn arrays) {
      ParquetNode repeated = node.children().get(0);
      Slots elements = expand(repeated, own, arrays.starts(), arrays.lengths());
      shred(repeated.children().get(0), arrays.elements(), elements);
    } else if (column instanceof MapColumn maps) {
      ParquetNode entries = node.children().get(0);
      Slots elements = expand(entries, own, maps.starts(), maps.lengths());
      shred(entries.children().get(0), maps.keys(), elements);
      shred(entries.children().get(1), maps.values(), elements);
    } else {
      throw new IllegalArgumentException("a column of " + column.type() + " is not nested");
    }
  }

  /** The places of the elements; an empty or missing list keeps one place for its levels. */
  private static Slots expand(ParquetNode repeated, Slots slots, int[] starts, int[] lengths) {
    int total = 0;
    for (int i = 0; i < slots.count; i++) {
      int row = slots.rows[i];
      total = Math.addExact(total, row < 0 ? 1 : Math.max(1, lengths[row]));
    }
    int[] rowsOf = new int[total];
    int[] definition = new int[total];
    int[] repetition = new int[total];
    int at = 0;
    for (int i = 0; i < slots.count; i++) {
      int row = slots.rows[i];
      if (row < 0 || lengths[row] == 0) {
        rowsOf[at] = -1;
        definition[at] = slots.definition[i];
        repetition[at++] = slots.repetition[i];
        continue;
      }
      for (int k = 0; k < lengths[row]; k++) {
        rowsOf[at] = starts[row] + k;
        definition[at] = repeated.maxDefinition();
        repetition[at++] = k == 0 ? slots.repetition[i] : repeated.maxRepetition();
      }
    }
    return new Slots(rowsOf, definition, repetition, total);
  }

  private void endRowGroup() throws IOException {
    if (rowsInGroup == 0) {
      return;
    }
    List<ColumnChunk> chunks = new ArrayList<>(leaves.size());
    long start = output.position();
    long plainBytes = 0;
    for (LeafWriter leaf : leaves) {
      ColumnChunk chunk = leaf.endChunk(output.position(), output::write);
      plainBytes += chunk.getMeta_data().getTotal_uncompressed_size();
      chunks.add(chunk);
    }
    RowGroup group = new RowGroup(chunks, plainBytes, rowsInGroup);
    group.setFile_offset(start);
    group.setTotal_compressed_size(output.position() - start);
    group.setOrdinal((short) rowGroups.size());
    rowGroups.add(group);
    rowsInGroup = 0;
  }

  @Override
  public void finish() throws IOException {
    endRowGroup();
    FileMetaData metadata = new FileMetaData(1, elements, rows, rowGroups);
    metadata.setCreated_by("sluice");
    metadata.setColumn_orders(
        new ArrayList<>(
            Collections.nCopies(leaves.size(), ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()))));
    metadata.setKey_value_metadata(
        List.of(
            entry("org.apache.spark.version", SPARK_VERSION),
            entry(
                "org.apache.spark.sql.parquet.row.metadata",
                Json.write(ParquetSchemas.json(schema.asStruct())))));
    ByteSink footer = new ByteSink(4096);
    Thrift.write(metadata, footer);
    footer.putInt(footer.size);
    footer.write(MAGIC, 0, MAGIC.length);
    output.write(footer.data, 0, footer.size);
  }

  private static KeyValue entry(String key, @Nullable String value) {
    KeyValue entry = new KeyValue(key);
    entry.setValue(value);
    return entry;
  }

  @Override
  public long memoryBytes() {
    long bytes = 0;
    for (LeafWriter leaf : leaves) {
      bytes += leaf.memoryBytes();
    }
    return bytes;
  }
}
