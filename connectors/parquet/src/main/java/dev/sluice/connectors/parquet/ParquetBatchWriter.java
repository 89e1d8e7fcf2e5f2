package dev.sluice.connectors.parquet;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
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
import dev.sluice.operators.variant.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/**
 * One Parquet file being written: columns become pages here, the library makes the file of them. A
 * row group is held in memory, compressed, until it is full.
 */
final class ParquetBatchWriter implements FileFormat.FileWriter {
  /** Flat columns are cut into steps, so that pages keep their size with long values too. */
  private static final int STEP_ROWS = 1024;

  /** The release whose way of writing types, dates and times this writer follows. */
  private static final String SPARK_VERSION = "4.1.3";

  /** Bounds in the page index are cut to so many bytes. */
  private static final int INDEX_BOUND = ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH;

  private final Schema schema;
  private final MessageType message;
  private final ParquetNode root;
  private final WriteSettings settings;
  private final Codecs codec;
  private final ParquetFileWriter file;
  private final List<LeafWriter> leaves = new ArrayList<>();
  private ColumnChunkPageWriteStore pages;
  private long rowsInGroup;
  private int[] positions = new int[STEP_ROWS];
  private int[] levels = new int[STEP_ROWS];

  ParquetBatchWriter(FileOutput output, Schema schema, WriteSettings settings) throws IOException {
    this.schema = schema;
    this.message = ParquetSchemas.message(schema);
    this.root = ParquetNode.tree(message);
    this.settings = settings;
    this.codec = Codecs.of(settings.codec());
    this.file =
        new ParquetFileWriter(
            new LibraryOutput(output),
            message,
            ParquetFileWriter.Mode.CREATE,
            settings.groupBytes(),
            0,
            INDEX_BOUND,
            ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
            settings.checksums());
    this.pages = newPages();
    for (ParquetNode leaf : root.leaves()) {
      PageWriter target = target(leaf.leaf());
      BloomFilterWriter bloom = bloomTarget(leaf.leaf());
      leaves.add(
          NumberWriter.isNumber(leaf.primitive().getPrimitiveTypeName())
              ? new NumberWriter(leaf, settings, target, bloom)
              : new BytesWriter(leaf, settings, target, bloom));
    }
    file.start();
  }

  private ColumnChunkPageWriteStore newPages() {
    return new ColumnChunkPageWriteStore(
        codec, message, HeapByteBufferAllocator.getInstance(), INDEX_BOUND, settings.checksums());
  }

  private PageWriter target(int leaf) {
    return pages.getPageWriter(message.getColumns().get(leaf));
  }

  private BloomFilterWriter bloomTarget(int leaf) {
    return pages.getBloomFilterWriter(message.getColumns().get(leaf));
  }

  @Override
  public void write(Batch batch) throws IOException {
    int stepRows = Math.min(STEP_ROWS, settings.pageRows());
    for (int i = 0; i < schema.size(); i++) {
      ParquetNode node = root.children().get(i);
      Column column = batch.column(i);
      if (node.isLeaf()) {
        writeFlat(leaves.get(node.leaf()), column, batch.rows());
      } else {
        FlatColumn nested = column.flatten();
        for (int from = 0; from < batch.rows(); from += stepRows) {
          writeNested(node, nested, from, Math.min(stepRows, batch.rows() - from));
        }
      }
    }
    rowsInGroup += batch.rows();
    long bytes = 0;
    for (LeafWriter leaf : leaves) {
      bytes += leaf.chunkBytes();
    }
    if (bytes >= settings.groupBytes()) {
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
    int stepRows = Math.min(STEP_ROWS, settings.pageRows());
    for (int from = 0; from < count; from += stepRows) {
      int step = Math.min(stepRows, count - from);
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

  private void writeNested(ParquetNode node, FlatColumn column, int from, int count)
      throws IOException {
    int[] rowsOf = new int[count];
    for (int i = 0; i < count; i++) {
      rowsOf[i] = from + i;
    }
    shred(node, column, new Slots(rowsOf, new int[count], new int[count], count));
    for (ParquetNode leaf : node.leaves()) {
      leaves.get(leaf.leaf()).endPageIfFull();
    }
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
    } else if (column.type() == AtomicType.VARIANT) {
      shredVariants(node, (BytesColumn) column, own);
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

  /** Both parts are slices of the bytes that are there. */
  private void shredVariants(ParquetNode node, BytesColumn column, Slots slots) {
    int[] metadata = new int[column.size()];
    int[] values = new int[column.size()];
    int[] rest = new int[column.size()];
    for (int i = 0; i < slots.count; i++) {
      int row = slots.rows[i];
      if (row >= 0) {
        int start = column.starts()[row];
        metadata[row] = Variant.metadataLength(column.data(), start);
        values[row] = start + metadata[row];
        rest[row] = column.lengths()[row] - metadata[row];
      }
    }
    byte[] data = column.data();
    int size = column.size();
    Validity valid = column.validity();
    shred(
        node.children().get(0),
        new BytesColumn(AtomicType.BINARY, data, values, rest, valid, size),
        slots);
    shred(
        node.children().get(1),
        new BytesColumn(AtomicType.BINARY, data, column.starts(), metadata, valid, size),
        slots);
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
    file.startBlock(rowsInGroup);
    for (LeafWriter leaf : leaves) {
      leaf.endChunk();
    }
    pages.flushToFileWriter(file);
    file.endBlock();
    pages.close();
    pages = newPages();
    for (int i = 0; i < leaves.size(); i++) {
      leaves.get(i).begin(target(i), bloomTarget(i));
    }
    rowsInGroup = 0;
  }

  @Override
  public void finish() throws IOException {
    endRowGroup();
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("org.apache.spark.version", SPARK_VERSION);
    properties.put(SparkSchema.KEY, Json.write(ParquetSchemas.json(schema.asStruct())));
    file.end(properties);
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
