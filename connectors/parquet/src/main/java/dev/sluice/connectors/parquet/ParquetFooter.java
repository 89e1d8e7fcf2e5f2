package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.jspecify.annotations.Nullable;

/** What the end of a file says of it. */
record ParquetFooter(FileMetaData metadata, ParquetNode root, Map<String, String> properties) {
  private static final int TAIL = 8;

  static ParquetFooter read(FileInput input) throws IOException {
    long length = input.length();
    if (length < TAIL + 4) {
      throw new IOException("it is too short to be a Parquet file");
    }
    byte[] tail = new byte[TAIL];
    input.readFully(length - TAIL, tail, 0, TAIL);
    String magic = new String(tail, 4, 4, StandardCharsets.ISO_8859_1);
    if (magic.equals("PARE")) {
      throw new IOException("it is encrypted, and there is no key");
    }
    if (!magic.equals("PAR1")) {
      throw new IOException("it is no Parquet file, or cut off: its end is not 'PAR1'");
    }
    int size = (int) ByteSink.INTS.get(tail, 0);
    if (size <= 0 || size > length - TAIL - 4) {
      throw new IOException("its footer has an impossible size");
    }
    byte[] footer = new byte[size];
    input.readFully(length - TAIL - size, footer, 0, size);
    FileMetaData metadata = new FileMetaData();
    try {
      Thrift.read(metadata, footer, 0, size);
    } catch (IOException e) {
      throw new IOException("its footer is damaged: " + e.getMessage(), e);
    }
    if (metadata.isSetEncryption_algorithm()) {
      throw new IOException("it is encrypted, and there is no key");
    }
    return new ParquetFooter(
        metadata, ParquetNode.tree(metadata.getSchema()), properties(metadata));
  }

  private static Map<String, String> properties(FileMetaData metadata) {
    Map<String, String> properties = new HashMap<>();
    if (metadata.isSetKey_value_metadata()) {
      for (KeyValue entry : metadata.getKey_value_metadata()) {
        if (entry.isSetValue()) {
          properties.put(entry.getKey(), entry.getValue());
        }
      }
    }
    return properties;
  }

  /** True if the writer counted dates or times by the old calendar before 1582. */
  boolean isLegacy(String key, String since, String mode) {
    String version = properties.get("org.apache.spark.version");
    if (version == null) {
      return mode.equalsIgnoreCase("LEGACY");
    }
    return isBefore(version, since) || properties.containsKey(key);
  }

  private static boolean isBefore(@Nullable String version, String since) {
    if (version == null) {
      return false;
    }
    String[] parts = version.split("[.-]");
    String[] limit = since.split("\\.");
    for (int i = 0; i < limit.length && i < parts.length; i++) {
      try {
        int order = Integer.compare(Integer.parseInt(parts[i]), Integer.parseInt(limit[i]));
        if (order != 0) {
          return order < 0;
        }
      } catch (NumberFormatException e) {
        return false;
      }
    }
    return false;
  }
}
