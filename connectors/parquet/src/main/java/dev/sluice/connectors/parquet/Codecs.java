package dev.sluice.connectors.parquet;

import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compression of pages in plain Java: the library's own codecs are Hadoop's, or native and unpacked
 * at each start. A codec's classes load when a file uses it. Instances are single-threaded.
 */
abstract class Codecs implements BytesInputCompressor {
  private final CompressionCodecName name;

  private Codecs(CompressionCodecName name) {
    this.name = name;
  }

  /** Compresses; the result holds until the next call. */
  abstract BytesInput compress(byte[] data, int length) throws IOException;

  /** Decompresses into exactly {@code size} bytes at {@code at}. */
  abstract void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
      throws IOException;

  @Override
  public final BytesInput compress(BytesInput plain) throws IOException {
    ByteBuffer bytes = plain.toByteBuffer(HeapByteBufferAllocator.getInstance(), released -> {});
    if (bytes.hasArray() && bytes.arrayOffset() + bytes.position() == 0) {
      return compress(bytes.array(), bytes.limit());
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return compress(copy, copy.length);
  }

  @Override
  public final CompressionCodecName getCodecName() {
    return name;
  }

  @Override
  public final void release() {}

  static Codecs of(CompressionCodecName codec) throws IOException {
    return switch (codec) {
      case UNCOMPRESSED -> new None();
      case SNAPPY -> new Snappy();
      case GZIP -> new Gzip();
      case ZSTD -> new Zstd();
      case LZ4_RAW -> new Lz4Raw();
      case LZ4 -> new Lz4Hadoop();
      case LZO, BROTLI ->
          throw new IOException(
              "the codec " + codec + " is not supported; write the file with snappy or zstd");
    };
  }

  private static IOException damaged(RuntimeException e) {
    return new IOException("a page cannot be decompressed: " + e.getMessage(), e);
  }

  private static void expect(int size, int got) throws IOException {
    if (size != got) {
      throw new IOException("a page of " + size + " bytes decompresses to " + got);
    }
  }

  private static final class None extends Codecs {
    None() {
      super(CompressionCodecName.UNCOMPRESSED);
    }

    @Override
    BytesInput compress(byte[] data, int length) {
      return BytesInput.from(data, 0, length);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      expect(size, length);
      System.arraycopy(data, from, into, at, size);
    }
  }

  private static final class Snappy extends Codecs {
    private final SnappyDecompressor decompressor = new SnappyDecompressor();
    private final SnappyCompressor compressor = new SnappyCompressor();
    private byte[] scratch = new byte[0];

    Snappy() {
      super(CompressionCodecName.SNAPPY);
    }

    @Override
    BytesInput compress(byte[] data, int length) {
      int most = compressor.maxCompressedLength(length);
      if (scratch.length < most) {
        scratch = new byte[most];
      }
      int size = compressor.compress(data, 0, length, scratch, 0, scratch.length);
      return BytesInput.from(scratch, 0, size);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      try {
        expect(size, SnappyDecompressor.getUncompressedLength(data, from));
        expect(size, decompressor.decompress(data, from, length, into, at, size));
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }
  }

  private static final class Zstd extends Codecs {
    private final ZstdDecompressor decompressor = new ZstdDecompressor();

    Zstd() {
      super(CompressionCodecName.ZSTD);
    }

    @Override
    BytesInput compress(byte[] data, int length) {
      ZstdCompressor compressor = new ZstdCompressor();
      byte[] into = new byte[compressor.maxCompressedLength(length)];
      int size = compressor.compress(data, 0, length, into, 0, into.length);
      return BytesInput.from(into, 0, size);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      try {
        expect(size, decompressor.decompress(data, from, length, into, at, size));
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }
  }

  private static final class Lz4Raw extends Codecs {
    private final Lz4Decompressor decompressor = new Lz4Decompressor();

    Lz4Raw() {
      super(CompressionCodecName.LZ4_RAW);
    }

    @Override
    BytesInput compress(byte[] data, int length) {
      Lz4Compressor compressor = new Lz4Compressor();
      byte[] into = new byte[compressor.maxCompressedLength(length)];
      int size = compressor.compress(data, 0, length, into, 0, into.length);
      return BytesInput.from(into, 0, size);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      try {
        expect(size, decompressor.decompress(data, from, length, into, at, size));
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }
  }

  /**
   * The old form, as Hadoop writes it: blocks of a plain size and pieces of a packed size and raw
   * LZ4, sizes big-endian.
   */
  private static final class Lz4Hadoop extends Codecs {
    /** Well within the buffers that readers have for a piece. */
    private static final int PIECE = 64 << 10;

    private final Lz4Compressor compressor = new Lz4Compressor();
    private final Lz4Decompressor decompressor = new Lz4Decompressor();

    Lz4Hadoop() {
      super(CompressionCodecName.LZ4);
    }

    @Override
    BytesInput compress(byte[] data, int length) {
      ByteSink out = new ByteSink(length / 2 + 64);
      for (int at = 0; at < length; at += PIECE) {
        int piece = Math.min(PIECE, length - at);
        int most = compressor.maxCompressedLength(piece);
        out.ensure(most + 8);
        int packed = compressor.compress(data, at, piece, out.data, out.size + 8, most);
        out.putInt(Integer.reverseBytes(piece));
        out.putInt(Integer.reverseBytes(packed));
        out.size += packed;
      }
      return BytesInput.from(out.data, 0, out.size);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      try {
        if (!blocks(data, from, from + length, into, at, size)) {
          // Some writers put raw LZ4 under this name.
          expect(size, decompressor.decompress(data, from, length, into, at, size));
        }
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }

    /** False if the bytes are not laid out in blocks. */
    private boolean blocks(byte[] data, int from, int end, byte[] into, int at, int size) {
      int in = from;
      int out = at;
      while (in + 8 <= end && out < at + size) {
        int block = Integer.reverseBytes((int) ByteSink.INTS.get(data, in));
        in += 4;
        int blockEnd = out + block;
        if (block <= 0 || blockEnd > at + size) {
          return false;
        }
        while (out < blockEnd) {
          int packed = in + 4 <= end ? Integer.reverseBytes((int) ByteSink.INTS.get(data, in)) : -1;
          in += 4;
          if (packed <= 0 || packed > end - in) {
            return false;
          }
          out += decompressor.decompress(data, in, packed, into, out, blockEnd - out);
          in += packed;
        }
      }
      return out == at + size;
    }
  }

  private static final class Gzip extends Codecs {
    Gzip() {
      super(CompressionCodecName.GZIP);
    }

    @Override
    BytesInput compress(byte[] data, int length) throws IOException {
      ByteSink out = new ByteSink(length / 2 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(data, 0, length);
      }
      return BytesInput.from(out.data, 0, out.size);
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(data, from, length))) {
        expect(size, gzip.readNBytes(into, at, size));
      }
    }
  }
}
