package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.hadoop.BloomFilterReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** The Bloom filters of a row group, from a file of ours. */
final class BloomFilters extends BloomFilterReader {
  private static final int MOST_HEADER_BYTES = 256;

  private final FileInput input;

  BloomFilters(FileInput input, BlockMetaData group) {
    super(null, group);
    this.input = input;
  }

  /**
   * Null if there is none, or of a kind not known; {@link UncheckedIOException} if it is damaged.
   */
  @Override
  public @Nullable BloomFilter readBloomFilter(ColumnChunkMetaData chunk) {
    try {
      return chunk.getBloomFilterOffset() < 0 ? null : read(chunk.getBloomFilterOffset());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable BloomFilter read(long offset) throws IOException {
    long left = input.length() - offset;
    if (offset < 4 || left <= 0) {
      throw new IOException("a Bloom filter lies outside of the file");
    }
    byte[] start = new byte[(int) Math.min(MOST_HEADER_BYTES, left)];
    input.readFully(offset, start, 0, start.length);
    BloomFilterHeader header = new BloomFilterHeader();
    int headerBytes = Thrift.read(header, start, 0, start.length);
    int size = header.getNumBytes();
    if (size <= 0
        || size > left - headerBytes
        || size > BlockSplitBloomFilter.UPPER_BOUND_BYTES
        || Integer.bitCount(size) != 1) {
      throw new IOException("a Bloom filter has the impossible size " + size);
    }
    boolean known =
        header.getHash().isSetXXHASH()
            && header.getAlgorithm().isSetBLOCK()
            && header.getCompression().isSetUNCOMPRESSED();
    if (!known || size > Runtime.getRuntime().maxMemory() / 16) {
      return null;
    }
    byte[] bits = new byte[size];
    input.readFully(offset + headerBytes, bits, 0, size);
    return new BlockSplitBloomFilter(bits);
  }
}
