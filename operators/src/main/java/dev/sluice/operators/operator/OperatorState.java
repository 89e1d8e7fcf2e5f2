package dev.sluice.operators.operator;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.state.FileStateStore;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.operators.state.StateMismatchException;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where one stateful operator keeps its state: {@code state/ID}, a store for each partition.
 *
 * @param partitions of a new checkpoint; an old one keeps its number
 * @param local where rows lie that need not be in the heap; none if all are
 */
record OperatorState(
    FileStore files,
    String directory,
    int id,
    String operatorName,
    int partitions,
    Optional<LocalStore> local) {

  /** Opens the stores for a version, after the check that what is there is state of this kind. */
  List<StateStore> open(
      long version, Schema schema, int keyColumns, int newPartitions, String description)
      throws IOException {
    Optional<OperatorMetadata> found = OperatorMetadata.read(files, directory, id);
    String types = OperatorMetadata.types(schema);
    OperatorMetadata own =
        new OperatorMetadata(
            id, operatorName, newPartitions, types, schema.ddl(), keyColumns, description);
    if (version == 0) {
      // Nothing was ever committed: whatever a first try left is of no use.
      if (!found.equals(Optional.of(own))) {
        own.write(files, directory);
      }
      return stores(own, schema);
    }
    OperatorMetadata there =
        found.orElseThrow(
            () ->
                CheckpointException.missing(
                    directory + "/" + id + "/_metadata/metadata",
                    "batches were committed with it"));
    if (!there.operatorName().equals(operatorName)
        || there.keyColumns() != keyColumns
        || !there.types().equals(types)) {
      throw new StateMismatchException(
          "the checkpoint keeps "
              + there.description()
              + " with the columns "
              + there.columns()
              + ", but the pipeline now needs "
              + description
              + " with "
              + schema.ddl()
              + "; undo the change, or start with a new checkpointLocation");
    }
    return stores(there, schema);
  }

  private List<StateStore> stores(OperatorMetadata metadata, Schema schema) {
    List<StateStore> stores = new ArrayList<>();
    for (int partition = 0; partition < metadata.partitions(); partition++) {
      stores.add(
          new FileStateStore(
              files, directory + "/" + id + "/" + partition, schema, metadata.keyColumns()));
    }
    return stores;
  }
}
