package dev.sluice.connectors.bytes;

import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Hadoop's framing of codecs that know only blocks: for each block the length of its content as a
 * big-endian int, then one or more pieces, each with its compressed length before it.
 */
enum BlockCodec {
  LZ4 {
    @Override
    byte[] compress(byte[] data, int length) {
      Lz4Compressor compressor = new Lz4Compressor();
      byte[] out = new byte[compressor.maxCompressedLength(length)];
      return Arrays.copyOf(out, compressor.compress(data, 0, length, out, 0, out.length));
    }

    @Override
    byte[] decompress(byte[] piece, int most) {
      // No byte of LZ4 stands for more than 255.
      byte[] out = new byte[(int) Math.min(most, piece.length * 255L)];
      return Arrays.copyOf(
          out, new Lz4Decompressor().decompress(piece, 0, piece.length, out, 0, out.length));
    }
  },
  SNAPPY {
    @Override
    byte[] compress(byte[] data, int length) {
      SnappyCompressor compressor = new SnappyCompressor();
      byte[] out = new byte[compressor.maxCompressedLength(length)];
      return Arrays.copyOf(out, compressor.compress(data, 0, length, out, 0, out.length));
    }

    @Override
    byte[] decompress(byte[] piece, int most) throws IOException {
      int size = SnappyDecompressor.getUncompressedLength(piece, 0);
      if (size < 0 || size > most) {
        throw new IOException("a piece is longer than its block");
      }
      byte[] out = new byte[size];
      new SnappyDecompressor().decompress(piece, 0, piece.length, out, 0, size);
      return out;
    }
  };

  // Hadoop's readers hold a block of at most 256 KiB.
  private static final int BLOCK = 1 << 17;
  private static final int LARGEST = 64 << 20;

  abstract byte[] compress(byte[] data, int length);

  /** The content of a piece; throws if it is more than {@code most} bytes. */
  abstract byte[] decompress(byte[] piece, int most) throws IOException;

  InputStream reader(InputStream in) {
    return new Reader(this, in);
  }

  OutputStream writer(OutputStream out) {
    return new Writer(this, out);
  }

  private static final class Reader extends InputStream {
    private final BlockCodec codec;
    private final InputStream in;
    private byte[] piece = new byte[0];
    private int at;
    private int leftOfBlock;

    Reader(BlockCodec codec, InputStream in) {
      this.codec = codec;
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (at == piece.length) {
        if (!nextPiece()) {
          return -1;
        }
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, offset, count);
      at += count;
      return count;
    }

    private boolean nextPiece() throws IOException {
      while (leftOfBlock == 0) {
        int first = in.read();
        if (first < 0) {
          return false;
        }
        leftOfBlock = first << 24 | restOfInt();
        if (leftOfBlock < 0) {
          throw new IOException("a block of negative length");
        }
      }
      int compressed = next() << 24 | restOfInt();
      if (compressed < 0 || compressed > LARGEST) {
        throw new IOException("a piece of " + compressed + " bytes");
      }
      byte[] bytes = in.readNBytes(compressed);
      if (bytes.length < compressed) {
        throw new EOFException("it ends within a block");
      }
      piece = codec.decompress(bytes, Math.min(leftOfBlock, LARGEST));
      at = 0;
      leftOfBlock -= piece.length;
      return true;
    }

    private int restOfInt() throws IOException {
      return next() << 16 | next() << 8 | next();
    }

    private int next() throws IOException {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("it ends within a block");
      }
      return b;
    }
  }

  private static final class Writer extends FilterOutputStream {
    private final BlockCodec codec;
    private final byte[] block = new byte[BLOCK];
    private int held;

    Writer(BlockCodec codec, OutputStream out) {
      super(out);
      this.codec = codec;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        int count = Math.min(left, BLOCK - held);
        System.arraycopy(bytes, from, block, held, count);
        held += count;
        from += count;
        left -= count;
        if (held == BLOCK) {
          writeBlock();
        }
      }
    }

    private void writeBlock() throws IOException {
      if (held == 0) {
        return;
      }
      byte[] compressed = codec.compress(block, held);
      writeInt(held);
      writeInt(compressed.length);
      out.write(compressed, 0, compressed.length);
      held = 0;
    }

    private void writeInt(int value) throws IOException {
      out.write(value >>> 24);
      out.write(value >>> 16);
      out.write(value >>> 8);
      out.write(value);
    }

    @Override
    public void close() throws IOException {
      writeBlock();
      super.close();
    }
  }
}
