package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** What the end of a file says of it. */
record ParquetFooter(ParquetMetadata metadata, ParquetNode root) {
  private static final int TAIL = 8;
  private static final int DEEPEST = 100;

  /**
   * Reads and converts it. The bytes are taken apart by {@link Thrift}, which believes no length
   * that the file cannot hold; what they mean is the library's business.
   */
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
    if (size > Runtime.getRuntime().maxMemory() / 8) {
      throw new IOException("its footer of " + size + " bytes is too large for this heap");
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
    try {
      checkDepth(metadata.getSchema());
      ParquetMetadata converted = new ParquetMetadataConverter().fromParquetMetadata(metadata);
      return new ParquetFooter(
          converted, ParquetNode.tree(converted.getFileMetaData().getSchema()));
    } catch (ParquetCryptoRuntimeException e) {
      throw new IOException("it is encrypted, and there is no key", e);
    } catch (RuntimeException e) {
      // The library takes the structure for sound.
      throw new IOException("its footer is damaged: " + e, e);
    }
  }

  /** A schema is converted by recursion, which damage must not lead too deep. */
  private static void checkDepth(List<SchemaElement> elements) throws IOException {
    int[] left = new int[DEEPEST];
    int depth = 0;
    for (SchemaElement element : elements) {
      while (depth > 0 && left[depth - 1] == 0) {
        depth--;
      }
      if (depth > 0) {
        left[depth - 1]--;
      }
      if (!element.isSetType()) {
        if (depth == DEEPEST || element.getNum_children() < 0) {
          throw new IOException("the schema is damaged or deeper than " + DEEPEST);
        }
        left[depth++] = element.getNum_children();
      }
    }
  }

  List<BlockMetaData> rowGroups() {
    return metadata.getBlocks();
  }

  /** By which calendar the writer counted dates or times. */
  Rebase.Calendar calendar(String key, String since, String mode) {
    Map<String, String> properties = metadata.getFileMetaData().getKeyValueMetaData();
    return Rebase.calendar(
        properties.get("org.apache.spark.version"), properties.containsKey(key), since, mode);
  }
}
