package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.state.FileStateStore;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.operators.state.StateLayout;
import dev.sluice.operators.state.StateMismatchException;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one stateful operator keeps its state: {@code state/ID}, a store for each partition.
 *
 * @param origin the step that keeps it
 * @param partitions of a new checkpoint; an old one keeps its number
 * @param snapshots writes those of all operators
 */
record OperatorState(
    FileStore files,
    String directory,
    int id,
    String operatorName,
    Origin origin,
    int partitions,
    StateOptions options,
    BackgroundSnapshots snapshots) {

  /** Opens the stores for a version, after the check that what is there is state of this kind. */
  List<StateStore> open(long version, KeyedState.Shape shape) throws IOException {
    String types = OperatorMetadata.types(shape.schema());
    OperatorMetadata own =
        new OperatorMetadata(
            id,
            operatorName,
            shape.partitions(),
            types,
            withoutSecrets(shape.schema(), shape.keyColumns()).ddl(),
            shape.keyColumns(),
            options.redaction().apply(shape.description()));
    List<OperatorMetadata> found = OperatorMetadata.readAll(files, directory, id);
    OperatorMetadata.settle(files, directory, id);
    if (version == 0) {
      // Nothing was ever committed: whatever a first try left is of no use.
      if (!found.equals(List.of(own))) {
        own.write(files, directory);
      }
      return List.copyOf(stores(files, directory, List.of(own), shape.schema(), List.of()));
    }
    if (found.isEmpty()) {
      throw CheckpointException.missing(
          directory + "/" + id + "/_metadata/metadata", "batches were committed with it");
    }
    OperatorMetadata there = found.get(found.size() - 1);
    boolean same =
        there.operatorName().equals(operatorName) && there.keyColumns() == shape.keyColumns();
    if (same && !there.types().equals(types) && shape.empty().isPresent() && adds(there, shape)) {
      if (options.evolves()) {
        OperatorMetadata grown = own.withPartitions(there.partitions());
        grown.writeNext(files, directory, found.size());
        found = new ArrayList<>(found);
        found.add(grown);
        there = grown;
      }
    }
    if (!same || !there.types().equals(types)) {
      throw new StateMismatchException(
          origin.at(),
          (origin.label().isEmpty() ? "" : origin.label() + ": ")
              + "the checkpoint keeps "
              + there.description()
              + " with the columns "
              + there.columns()
              + ", but the pipeline now needs "
              + shape.description()
              + " with "
              + shape.schema().ddl()
              + "; undo the change, or start with a new checkpointLocation");
    }
    List<Column> empty = shape.empty().isPresent() ? shape.empty().get().get() : List.of();
    return List.copyOf(stores(files, directory, found, shape.schema(), empty));
  }

  /** Keys without a name are called by their expression; nothing goes by the names of keys. */
  private Schema withoutSecrets(Schema schema, int keyColumns) {
    List<Field> fields = new ArrayList<>(schema.fields());
    for (int i = 0; i < keyColumns; i++) {
      Field key = fields.get(i);
      fields.set(i, new Field(options.redaction().apply(key.name()), key.type(), key.nullable()));
    }
    return new Schema(fields);
  }

  /** True if all columns that are there stay, by name and type, and others come. */
  private static boolean adds(OperatorMetadata there, KeyedState.Shape shape) {
    Schema before = TypeParser.parseSchema(there.columns());
    int[] places = places(before, shape.schema(), there.keyColumns());
    for (int place : places) {
      if (place < 0) {
        return false;
      }
    }
    return before.size() < shape.schema().size();
  }

  /** Where each column of a layout is in a later one: keys by their place, others by their name. */
  private static int[] places(Schema before, Schema after, int keyColumns) {
    int[] places = new int[before.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = -1;
      Field field = before.field(i);
      int from = i < keyColumns ? i : keyColumns;
      int to = i < keyColumns ? Math.min(i + 1, after.size()) : after.size();
      for (int j = from; j < to; j++) {
        Field other = after.field(j);
        if ((i < keyColumns || other.name().equals(field.name()))
            && other.type().catalogString().equals(field.type().catalogString())) {
          places[i] = j;
        }
      }
    }
    return places;
  }

  /**
   * The stores of all partitions.
   *
   * @param layouts what rows have looked like, the present last
   * @param schema the present one, with the names of today
   * @param empty what columns hold that were added; nulls where there is none
   */
  static List<FileStateStore> stores(
      FileStore files,
      String directory,
      List<OperatorMetadata> layouts,
      Schema schema,
      List<Column> empty) {
    OperatorMetadata last = layouts.get(layouts.size() - 1);
    List<StateLayout> earlier = new ArrayList<>();
    for (int i = 0; i + 1 < layouts.size(); i++) {
      earlier.add(layout(layouts.subList(i, layouts.size()), schema, empty));
    }
    List<FileStateStore> stores = new ArrayList<>();
    for (int partition = 0; partition < last.partitions(); partition++) {
      stores.add(
          new FileStateStore(
              files,
              directory + "/" + last.operatorId() + "/" + partition,
              schema,
              last.keyColumns(),
              earlier));
    }
    return stores;
  }

  private static StateLayout layout(
      List<OperatorMetadata> layouts, Schema schema, List<Column> empty) {
    int keys = layouts.get(0).keyColumns();
    Schema first = TypeParser.parseSchema(layouts.get(0).columns());
    int[] places = new int[first.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    Schema at = first;
    for (OperatorMetadata next : layouts.subList(1, layouts.size())) {
      Schema columns = TypeParser.parseSchema(next.columns());
      int[] step = places(at, columns, keys);
      for (int i = 0; i < places.length; i++) {
        places[i] = places[i] < 0 ? -1 : step[places[i]];
      }
      at = columns;
    }
    int[] from = new int[schema.size()];
    Arrays.fill(from, -1);
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        from[places[i]] = i;
      }
    }
    return new StateLayout(first, rows -> lifted(rows, from, keys, schema, empty));
  }

  private static Batch lifted(
      Batch rows, int[] from, int keyColumns, Schema schema, List<Column> empty) {
    List<Column> columns = new ArrayList<>(from.length);
    for (int i = 0; i < from.length; i++) {
      Column added = from[i] >= 0 || empty.isEmpty() ? null : empty.get(i - keyColumns);
      columns.add(from[i] >= 0 ? rows.column(from[i]) : constant(added, schema.field(i), rows));
    }
    return new Batch(schema, columns, rows.rows());
  }

  private static Column constant(@Nullable Column one, Field field, Batch rows) {
    return one == null
        ? ConstantColumn.of(field.type(), null, rows.rows())
        : new ConstantColumn(one.flatten(), rows.rows());
  }
}
