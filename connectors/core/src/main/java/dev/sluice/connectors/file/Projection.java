package dev.sluice.connectors.file;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where each requested column comes from: the format, the file's folder, or the file itself.
 *
 * @param inner what the format is asked for
 * @param source for each requested column: its place among the format's columns, or {@link
 *     #CONSTANT}
 */
record Projection(ScanRequest request, ScanRequest inner, int[] source, FileColumns columns) {
  static final int CONSTANT = -1;

  static Projection of(ScanRequest request, FileColumns columns) {
    Schema wanted = request.schema();
    int[] source = new int[wanted.size()];
    List<Field> data = new ArrayList<>();
    for (int i = 0; i < source.length; i++) {
      String name = wanted.field(i).name();
      boolean constant =
          columns.data().indexesOf(name).isEmpty()
              && (!columns.partitions().indexesOf(name).isEmpty()
                  || name.equalsIgnoreCase(FileColumns.METADATA));
      if (constant) {
        source[i] = CONSTANT;
      } else {
        source[i] = data.size();
        data.add(wanted.field(i));
      }
    }
    List<Expression> filters = new ArrayList<>();
    for (Expression filter : request.filters()) {
      if (readsOnlySame(filter, source)) {
        filters.add(filter);
      }
    }
    ScanRequest inner = new ScanRequest(new Schema(data), filters, request.batchRows());
    return new Projection(request, inner, source, columns);
  }

  /** True if every column the expression reads has the same index for the format. */
  private static boolean readsOnlySame(Expression expression, int[] source) {
    if (expression instanceof ColumnReference column) {
      return source[column.index()] == column.index();
    }
    for (Expression child : expression.children()) {
      if (!readsOnlySame(child, source)) {
        return false;
      }
    }
    return true;
  }

  /** True if the format's batches are the result as they are. */
  boolean isIdentity() {
    return inner.schema().size() == source.length;
  }

  /** The one-row constants of a region, null at the places of data columns. */
  @Nullable FlatColumn[] constants(FileSplits.Region region, FileSplits splits) {
    @Nullable FlatColumn[] constants = new @Nullable FlatColumn[source.length];
    if (isIdentity()) {
      return constants;
    }
    List<PartitionPaths.Part> parts = splits.partitionOf(region.file());
    for (int i = 0; i < source.length; i++) {
      if (source[i] == CONSTANT) {
        Field field = request.schema().field(i);
        constants[i] =
            field.name().equalsIgnoreCase(FileColumns.METADATA)
                    && columns.partitions().indexesOf(field.name()).isEmpty()
                ? metadata(region, splits)
                : partition(field, parts);
      }
    }
    return constants;
  }

  private FlatColumn partition(Field field, List<PartitionPaths.Part> parts) {
    for (PartitionPaths.Part part : parts) {
      if (part.column().equalsIgnoreCase(field.name())) {
        Object value =
            PartitionValues.convert(part.value(), field.type(), field.name(), columns.zone());
        return ConstantColumn.of(field.type(), value, 1).one();
      }
    }
    return ConstantColumn.of(field.type(), null, 1).one();
  }

  private static FlatColumn metadata(FileSplits.Region region, FileSplits splits) {
    return ConstantColumn.of(
            FileColumns.METADATA_TYPE,
            List.of(
                splits.uri(region.file()),
                region.file().name(),
                region.file().length(),
                region.start(),
                region.end() - region.start(),
                region.file().modifiedMillis() * 1000),
            1)
        .one();
  }

  /** The requested columns, from a batch of the format's. */
  Batch apply(Batch batch, @Nullable FlatColumn[] constants) {
    if (isIdentity()) {
      return batch;
    }
    List<Column> result = new ArrayList<>(source.length);
    for (int i = 0; i < source.length; i++) {
      FlatColumn constant = constants[i];
      result.add(
          constant == null ? batch.column(source[i]) : new ConstantColumn(constant, batch.rows()));
    }
    return new Batch(request.schema(), result, batch.rows());
  }
}
