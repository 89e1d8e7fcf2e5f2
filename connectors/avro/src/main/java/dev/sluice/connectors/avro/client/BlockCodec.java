package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.bytes.Compression;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** How the blocks of a container file are compressed, by Avro's words. Thread-safe. */
enum BlockCodec {
  NULL,
  DEFLATE,
  SNAPPY,
  BZIP2,
  XZ,
  ZSTANDARD;

  private static final int CHECKSUM = 4;

  static BlockCodec of(String word) throws IOException {
    for (BlockCodec codec : values()) {
      if (codec.name().equalsIgnoreCase(word)) {
        return codec;
      }
    }
    throw new IOException("it is compressed by '" + word + "', which is not known");
  }

  byte[] compress(byte[] data, int length) throws IOException {
    if (this == NULL) {
      return Arrays.copyOf(data, length);
    }
    if (this == SNAPPY) {
      return snappy(data, length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2 + 64);
    try (OutputStream packed = packing(out)) {
      packed.write(data, 0, length);
    }
    return out.toByteArray();
  }

  private OutputStream packing(OutputStream out) throws IOException {
    return switch (this) {
      case DEFLATE -> deflating(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
      case BZIP2 -> Compression.BZIP2.writer(out);
      case ZSTANDARD -> Compression.ZSTD.writer(out);
      default -> new XZOutputStream(out, new LZMA2Options());
    };
  }

  /** Gives the memory outside of the heap back with the stream, not with a collection some day. */
  private static OutputStream deflating(OutputStream out, Deflater deflater) {
    return new DeflaterOutputStream(out, deflater) {
      @Override
      public void close() throws IOException {
        try {
          super.close();
        } finally {
          deflater.end();
        }
      }
    };
  }

  private static InputStream inflating(InputStream in, Inflater inflater) {
    return new InflaterInputStream(in, inflater) {
      @Override
      public void close() throws IOException {
        try {
          super.close();
        } finally {
          inflater.end();
        }
      }
    };
  }

  private static byte[] snappy(byte[] data, int length) {
    SnappyCompressor compressor = new SnappyCompressor();
    byte[] out = new byte[compressor.maxCompressedLength(length) + CHECKSUM];
    int size = compressor.compress(data, 0, length, out, 0, out.length - CHECKSUM);
    CRC32 sum = new CRC32();
    sum.update(data, 0, length);
    ByteBuffer.wrap(out).putInt(size, (int) sum.getValue());
    return Arrays.copyOf(out, size + CHECKSUM);
  }

  byte[] decompress(byte[] data) throws IOException {
    if (this == NULL) {
      return data;
    }
    if (this == SNAPPY) {
      return unsnappy(data);
    }
    // What a block grows to is not written anywhere, and may be a trap.
    int most = most();
    try (InputStream in = unpacking(new ByteArrayInputStream(data))) {
      byte[] unpacked = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new IOException("a block holds more than " + most + " bytes");
      }
      return unpacked;
    }
  }

  private InputStream unpacking(InputStream in) throws IOException {
    return switch (this) {
      case DEFLATE -> inflating(in, new Inflater(true));
      case BZIP2 -> Compression.BZIP2.reader(in);
      case ZSTANDARD -> Compression.ZSTD.reader(in);
      default -> new XZInputStream(in, 1 << 16);
    };
  }

  /** So much of a block is held at once. */
  private static int most() {
    return (int) Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8);
  }

  private static byte[] unsnappy(byte[] data) throws IOException {
    int length = data.length - CHECKSUM;
    int size = length <= 0 ? -1 : SnappyDecompressor.getUncompressedLength(data, 0);
    // No byte of Snappy stands for more than 64.
    if (size < 0 || size > length * 64L) {
      throw new IOException("a block is cut short");
    }
    if (size > most()) {
      throw new IOException("a block holds more than " + most() + " bytes");
    }
    byte[] out = new byte[size];
    new SnappyDecompressor().decompress(data, 0, length, out, 0, size);
    CRC32 sum = new CRC32();
    sum.update(out, 0, size);
    if (ByteBuffer.wrap(data).getInt(length) != (int) sum.getValue()) {
      throw new IOException("the checksum of a block is wrong");
    }
    return out;
  }
}
