package dev.sluice.operators.state;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.Checksums;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the state of one operator is, for people and for the check that it fits: {@code
 * state/ID/_metadata/metadata}, in the form of Spark's operator metadata with the columns added.
 *
 * @param partitions fixed when the checkpoint is made: it decides where a key lives
 * @param types the types of the columns of a row of state, keys first; must not change
 * @param columns the columns as DDL, for people
 * @param keyColumns how many of them are the key
 * @param description the keys and aggregations as SQL, for people
 */
public record OperatorMetadata(
    int operatorId,
    String operatorName,
    int partitions,
    String types,
    String columns,
    int keyColumns,
    String description) {

  /** What must not change of the columns of a row of state: their types in order. Names may. */
  public static String types(Schema schema) {
    return schema.fields().stream()
        .map(field -> field.type().catalogString())
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String location(String stateDirectory, int operatorId) {
    return stateDirectory + "/" + operatorId + "/_metadata/metadata";
  }

  /** Of the operators that keep state in a checkpoint, in order. */
  public static List<Integer> operators(FileStore files, String stateDirectory) throws IOException {
    List<Integer> found = new ArrayList<>();
    for (FileStatus file : files.list(stateDirectory)) {
      if (file.directory() && file.name().chars().allMatch(Character::isDigit)) {
        found.add(Integer.parseInt(file.name()));
      }
    }
    Collections.sort(found);
    return found;
  }

  /** The same, but for the number of partitions. */
  public OperatorMetadata withPartitions(int other) {
    return new OperatorMetadata(
        operatorId, operatorName, other, types, columns, keyColumns, description);
  }

  /**
   * What it was and what it became when columns were added ({@code metadata}, {@code metadata-1},
   * ...), the present last; none if the operator has never had state.
   */
  public static List<OperatorMetadata> readAll(
      FileStore files, String stateDirectory, int operatorId) throws IOException {
    String first = location(stateDirectory, operatorId);
    List<OperatorMetadata> all = new ArrayList<>();
    Optional<OperatorMetadata> next = readFile(files, first);
    while (next.isPresent()) {
      all.add(next.get());
      next = readFile(files, first + "-" + all.size());
    }
    return all;
  }

  /** Makes durable what was read. */
  public static void settle(FileStore files, String stateDirectory, int operatorId)
      throws IOException {
    files.settle(stateDirectory + "/" + operatorId + "/_metadata");
  }

  /** Writes it as what the operator has become after {@code number} others. */
  public void writeNext(FileStore files, String stateDirectory, int number) throws IOException {
    writeFile(files, location(stateDirectory, operatorId) + "-" + number);
  }

  private static Optional<OperatorMetadata> readFile(FileStore files, String location)
      throws IOException {
    byte[] bytes;
    try {
      bytes = files.readAll(location);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!Checksums.matches(files, location, bytes)) {
      throw CheckpointException.damaged(
          location, "its checksum in '" + Checksums.location(location) + "' differs");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      if (!text.startsWith("v1\n")) {
        throw CheckpointException.version(location, firstLine(text), "'v1'");
      }
      Map<String, @Nullable Object> json = Json.parseObject(text.substring(3));
      Map<?, ?> info = (Map<?, ?>) required(json, "operatorInfo");
      Map<?, ?> store = (Map<?, ?>) ((List<?>) required(json, "stateStoreInfo")).get(0);
      Map<?, ?> layout = (Map<?, ?>) required(json, "layout");
      return Optional.of(
          new OperatorMetadata(
              ((Number) required(info, "operatorId")).intValue(),
              (String) required(info, "operatorName"),
              ((Number) required(store, "numPartitions")).intValue(),
              (String) required(layout, "types"),
              (String) required(layout, "columns"),
              ((Number) required(layout, "keyColumns")).intValue(),
              (String) required(layout, "description")));
    } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
      throw CheckpointException.damaged(location, String.valueOf(e.getMessage()), e);
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static Object required(Map<?, ?> json, String name) {
    Object value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  /** Writes it, in the place of what was there. */
  public void write(FileStore files, String stateDirectory) throws IOException {
    String location = location(stateDirectory, operatorId);
    for (int next = readAll(files, stateDirectory, operatorId).size() - 1; next > 0; next--) {
      Checksums.forget(files, location + "-" + next);
      files.delete(location + "-" + next);
    }
    files.delete(location);
    writeFile(files, location);
  }

  private void writeFile(FileStore files, String location) throws IOException {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("operatorId", operatorId);
    info.put("operatorName", operatorName);
    Map<String, Object> store = new LinkedHashMap<>();
    store.put("storeName", "default");
    store.put("numColsPrefixKey", 0);
    store.put("numPartitions", partitions);
    Map<String, Object> layout = new LinkedHashMap<>();
    layout.put("types", types);
    layout.put("columns", columns);
    layout.put("keyColumns", keyColumns);
    layout.put("description", description);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("operatorInfo", info);
    json.put("stateStoreInfo", List.of(store));
    json.put("layout", layout);
    Checksums.write(files, location, ("v1\n" + Json.write(json)).getBytes(StandardCharsets.UTF_8));
  }
}
