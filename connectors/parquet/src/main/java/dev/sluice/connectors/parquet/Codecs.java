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
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.CompressionCodec;

/**
 * Compression of pages. A codec's classes load when a file uses it. Instances are single-threaded.
 */
abstract class Codecs {
  /** Compresses; the result is the caller's. */
  abstract byte[] compress(byte[] data, int length) throws IOException;

  /** Decompresses into exactly {@code size} bytes at {@code at}. */
  abstract void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
      throws IOException;

  static Codecs of(CompressionCodec codec) throws IOException {
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
    @Override
    byte[] compress(byte[] data, int length) {
      return Arrays.copyOf(data, length);
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

    @Override
    byte[] compress(byte[] data, int length) {
      int most = compressor.maxCompressedLength(length);
      if (scratch.length < most) {
        scratch = new byte[most];
      }
      int size = compressor.compress(data, 0, length, scratch, 0, scratch.length);
      return Arrays.copyOf(scratch, size);
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

    @Override
    byte[] compress(byte[] data, int length) {
      ZstdCompressor compressor = new ZstdCompressor();
      byte[] into = new byte[compressor.maxCompressedLength(length)];
      int size = compressor.compress(data, 0, length, into, 0, into.length);
      return Arrays.copyOf(into, size);
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

  private static class Lz4Raw extends Codecs {
    private final Lz4Decompressor decompressor = new Lz4Decompressor();

    @Override
    byte[] compress(byte[] data, int length) {
      Lz4Compressor compressor = new Lz4Compressor();
      byte[] into = new byte[compressor.maxCompressedLength(length)];
      int size = compressor.compress(data, 0, length, into, 0, into.length);
      return Arrays.copyOf(into, size);
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

  /** The old form: blocks of big-endian sizes in front of raw LZ4, as Hadoop writes them. */
  private static final class Lz4Hadoop extends Lz4Raw {
    @Override
    byte[] compress(byte[] data, int length) {
      byte[] raw = super.compress(data, length);
      ByteSink framed = new ByteSink(raw.length + 8);
      framed.putInt(Integer.reverseBytes(length));
      framed.putInt(Integer.reverseBytes(raw.length));
      framed.write(raw, 0, raw.length);
      return framed.toArray();
    }

    @Override
    void decompress(byte[] data, int from, int length, byte[] into, int at, int size)
        throws IOException {
      int end = from + length;
      int in = from;
      int out = at;
      while (in + 8 <= end && out < at + size) {
        int whole = bigEndian(data, in);
        int packed = bigEndian(data, in + 4);
        if (whole < 0 || packed < 0 || whole > at + size - out || packed > end - in - 8) {
          // Some writers put raw LZ4 under this name.
          super.decompress(data, from, length, into, at, size);
          return;
        }
        super.decompress(data, in + 8, packed, into, out, whole);
        in += 8 + packed;
        out += whole;
      }
      expect(size, out - at);
    }

    private static int bigEndian(byte[] data, int at) {
      return Integer.reverseBytes((int) ByteSink.INTS.get(data, at));
    }
  }

  private static final class Gzip extends Codecs {
    @Override
    byte[] compress(byte[] data, int length) throws IOException {
      ByteSink out = new ByteSink(length / 2 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(data, 0, length);
      }
      return out.toArray();
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
