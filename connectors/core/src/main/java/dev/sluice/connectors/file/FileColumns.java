package dev.sluice.connectors.file;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.io.FileStatus;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of a file source: those in the files, then those of the folders.
 *
 * @param declared those that a file has, in itself or by its folders
 * @param data in the files
 * @param partitions from {@code column=value} folders, appended after the data columns
 */
record FileColumns(Schema declared, Schema data, Schema partitions, ZoneId zone) {
  static final String METADATA = "_metadata";

  static final StructType METADATA_TYPE =
      StructType.of(
          new Field("file_path", AtomicType.STRING, false),
          new Field("file_name", AtomicType.STRING, false),
          new Field("file_size", AtomicType.BIGINT, false),
          new Field("file_block_start", AtomicType.BIGINT, false),
          new Field("file_block_length", AtomicType.BIGINT, false),
          new Field("file_modification_time", AtomicType.TIMESTAMP, false));

  static final Schema HIDDEN = Schema.of(new Field(METADATA, METADATA_TYPE, false));

  Schema schema() {
    return data.plus(partitions.fields().toArray(new Field[0]));
  }

  /**
   * Finds the partition columns among the folders there are now. A column that is declared has the
   * declared type and moves behind the data columns; else its type follows from its values.
   */
  static FileColumns find(
      Schema declared, List<FileStatus> files, FileListing listing, ZoneId zone) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, Set<Optional<String>>> values = new LinkedHashMap<>();
    String lastFolder = "";
    for (FileStatus file : files) {
      String folder = file.location().substring(0, file.location().lastIndexOf('/') + 1);
      if (folder.equals(lastFolder)) {
        continue;
      }
      lastFolder = folder;
      for (PartitionPaths.Part part : listing.partitionOf(file.location())) {
        String key = part.column().toLowerCase(Locale.ROOT);
        names.putIfAbsent(key, part.column());
        values
            .computeIfAbsent(key, k -> new LinkedHashSet<>())
            .add(Optional.ofNullable(part.value()));
      }
    }
    List<Field> partitions = new ArrayList<>();
    List<Field> data = new ArrayList<>(declared.fields());
    values.forEach(
        (key, texts) -> {
          String name = names.getOrDefault(key, key);
          List<Integer> index = declared.indexesOf(name);
          if (index.isEmpty()) {
            partitions.add(new Field(name, inferred(texts)));
            return;
          }
          Field field = declared.field(index.get(0));
          data.remove(field);
          partitions.add(field);
          for (Optional<String> value : texts) {
            // A value that does not fit is found now, not in some later batch.
            PartitionValues.convert(value.orElse(null), field.type(), field.name(), zone);
          }
        });
    return new FileColumns(declared, new Schema(data), new Schema(partitions), zone);
  }

  /**
   * These columns for reading a file: a declared one is taken from its folder, if the file lies in
   * one of that name, and else from the file, wherever the files at the start have it.
   */
  FileColumns of(FileStatus file, FileListing listing) {
    Set<Field> folders = new LinkedHashSet<>();
    for (PartitionPaths.Part part : listing.partitionOf(file.location())) {
      declared.indexesOf(part.column()).stream()
          .limit(1)
          .map(declared::field)
          .forEach(folders::add);
    }
    List<Field> held = new ArrayList<>(declared.fields());
    held.removeAll(folders);
    List<Field> places = new ArrayList<>(partitions.fields());
    places.removeAll(held);
    folders.stream().filter(folder -> !places.contains(folder)).forEach(places::add);
    return new FileColumns(declared, new Schema(held), new Schema(places), zone);
  }

  private static DataType inferred(Set<Optional<String>> values) {
    DataType type = AtomicType.NULL;
    for (Optional<String> value : values) {
      type = PartitionValues.widen(type, PartitionValues.infer(value.orElse(null)));
    }
    return type == AtomicType.NULL ? AtomicType.STRING : type;
  }
}
