package dev.sluice.connectors.orc.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.orc.OrcClient.ReadSettings;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.time.ZoneShift;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.hive.ql.exec.vector.ColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.VectorizedRowBatch;
import org.apache.hadoop.hive.ql.io.sarg.SearchArgument;
import org.apache.orc.Reader;
import org.apache.orc.RecordReader;
import org.apache.orc.TypeDescription;
import org.apache.orc.impl.ReaderImpl;
import org.jspecify.annotations.Nullable;

/** Reads the stripes that begin in a part of a file; of each only the columns asked for. */
final class OrcBatchReader implements BatchReader {
  private final ScanRequest request;
  private final RecordReader rows;

  /** For each requested column its place among the file's, -1 if the file lacks it. */
  private final int[] source;

  /** The file's columns, the requested ones as they are asked of the library. */
  private final List<TypeDescription> readTypes;

  private final VectorColumns columns;
  private final boolean[] sameAsFile;

  OrcBatchReader(FileInput input, long start, long end, ScanRequest request, ReadSettings settings)
      throws IOException {
    this.request = request;
    this.columns = new VectorColumns(ZoneShift.of(settings.zone()));
    ReaderImpl file = OrcTail.open(input);
    TypeDescription root = file.getSchema();
    if (root.getCategory() != TypeDescription.Category.STRUCT) {
      throw new IOException("its rows are " + root + " and have no columns");
    }
    boolean byPosition = settings.byPosition() || hasNoNames(root);
    this.source = places(root, request.schema(), settings.columns(), byPosition);
    int width = root.getChildren().size();
    @Nullable DataType[] wanted = new @Nullable DataType[width];
    for (int i = 0; i < source.length; i++) {
      if (source[i] >= 0) {
        wanted[source[i]] = request.schema().field(i).type();
      }
    }
    TypeDescription read = TypeDescription.createStruct();
    this.sameAsFile = new boolean[width];
    for (int i = 0; i < width; i++) {
      TypeDescription own = root.getChildren().get(i);
      DataType type = wanted[i];
      TypeDescription as = type == null ? own.clone() : OrcTypes.readAs(type, own);
      sameAsFile[i] = as.equals(own, false);
      read.addField(root.getFieldNames().get(i), as);
    }
    this.readTypes = read.getChildren();
    boolean[] include = new boolean[read.getMaximumId() + 1];
    include[0] = true;
    for (int i = 0; i < width; i++) {
      if (wanted[i] != null) {
        TypeDescription child = readTypes.get(i);
        Arrays.fill(include, child.getId(), child.getMaximumId() + 1, true);
      }
    }
    Reader.Options options =
        file.options()
            .range(start, end - start)
            .schema(read)
            .include(include)
            .tolerateMissingSchema(true)
            .isSchemaEvolutionCaseAware(false)
            .forcePositionalEvolution(byPosition)
            .positionalEvolutionLevel(1)
            .allowSARGToFilter(false)
            .useSelected(false)
            .dataReader(new InputReader(input, file));
    SearchArgument argument = SearchArguments.of(request, root, source, settings.zone());
    if (argument != null) {
      options.searchArgument(argument, root.getFieldNames().toArray(String[]::new));
    }
    this.rows = file.rows(options);
  }

  /** Whether Hive wrote it, in the times when it gave no names. */
  private static boolean hasNoNames(TypeDescription root) {
    for (String name : root.getFieldNames()) {
      if (!name.startsWith("_col")) {
        return false;
      }
    }
    return true;
  }

  private static int[] places(
      TypeDescription root, Schema wanted, Schema columns, boolean byPosition) throws IOException {
    int width = root.getChildren().size();
    if (byPosition && width > columns.size()) {
      throw new IOException(
          "it has "
              + width
              + " columns without names and the schema "
              + columns.size()
              + ": which ones are missing cannot be told; declare all of them");
    }
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      String name = wanted.field(i).name();
      if (byPosition) {
        int index = columns.indexesOf(name).get(0);
        places[i] = index < width ? index : -1;
      } else {
        places[i] = OrcTypes.find(root, name);
      }
    }
    return places;
  }

  @Override
  public @Nullable Batch next() throws IOException {
    try {
      return nextBatch();
    } catch (RuntimeException e) {
      // Every promise that a file makes may be broken by damage.
      throw OrcFiles.damaged(e);
    } catch (OutOfMemoryError e) {
      // The library takes lengths in a file for true; the one array too long was never made.
      throw new IOException(
          "the file is damaged, or " + request.batchRows() + " of its rows do not fit in the heap",
          e);
    }
  }

  private @Nullable Batch nextBatch() throws IOException {
    VectorizedRowBatch vectors = newBatch();
    if (!rows.nextBatch(vectors)) {
      return null;
    }
    int size = vectors.size;
    Schema schema = request.schema();
    List<Column> result = new ArrayList<>(source.length);
    for (int i = 0; i < source.length; i++) {
      DataType type = schema.field(i).type();
      int at = source[i];
      result.add(
          at < 0
              ? ConstantColumn.of(type, null, size)
              : columns.column(vectors.cols[at], readTypes.get(at), type, size));
    }
    return new Batch(schema, result, size);
  }

  /** A fresh one each time: its arrays become those of the columns. */
  private VectorizedRowBatch newBatch() {
    int count = request.batchRows();
    VectorizedRowBatch batch = new VectorizedRowBatch(readTypes.size(), count);
    for (int at : source) {
      if (at >= 0) {
        batch.cols[at] = vector(readTypes.get(at), sameAsFile[at], count);
      }
    }
    for (int i = 0; i < batch.cols.length; i++) {
      if (batch.cols[i] == null) {
        batch.cols[i] = new LongColumnVector(0);
      }
    }
    return batch;
  }

  /** The library's conversions know no short form of decimals. */
  private static ColumnVector vector(TypeDescription type, boolean sameAsFile, int count) {
    TypeDescription.RowBatchVersion version =
        sameAsFile
            ? TypeDescription.RowBatchVersion.USE_DECIMAL64
            : TypeDescription.RowBatchVersion.ORIGINAL;
    return TypeDescription.createStruct()
        .addField("value", type.clone())
        .createRowBatch(version, count)
        .cols[0];
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
