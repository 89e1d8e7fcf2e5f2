package dev.sluice.connectors.parquet;

import java.io.IOException;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The delta encodings and the byte stream split, a whole page at a time. */
final class DeltaDecoder {
  private final byte[] page;
  private final int end;
  private int at;

  DeltaDecoder(byte[] page, int start, int end) {
    this.page = page;
    this.at = start;
    this.end = end;
  }

  /** {@code most}: how many values there can be. */
  Values decode(PrimitiveTypeName type, int fixedLength, Encoding encoding, int most)
      throws IOException {
    Values out = new Values(type, 0);
    if (at >= end) {
      return out;
    }
    try {
      switch (encoding) {
        case DELTA_BINARY_PACKED -> numbers(out, type, most);
        case DELTA_LENGTH_BYTE_ARRAY -> texts(out, most);
        case DELTA_BYTE_ARRAY -> prefixedTexts(out, most);
        default -> split(out, type, fixedLength);
      }
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | ArithmeticException e) {
      throw new IOException("a page of encoding " + encoding + " is damaged", e);
    }
    return out;
  }

  private void numbers(Values out, PrimitiveTypeName type, int most) throws IOException {
    long[] numbers = deltas(most);
    out.ensure(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      if (type == PrimitiveTypeName.INT32) {
        out.ints[i] = (int) numbers[i];
      } else if (type == PrimitiveTypeName.INT64) {
        out.longs[i] = numbers[i];
      } else {
        throw new IOException("the encoding DELTA_BINARY_PACKED of " + type + " is not supported");
      }
    }
    out.size = numbers.length;
  }

  private long[] deltas(int most) throws IOException {
    int blockSize = (int) varint();
    int miniBlocks = (int) varint();
    int total = (int) varint();
    long last = zigzag(varint());
    if (miniBlocks <= 0
        || blockSize <= 0
        || total < 0
        || total > most
        || blockSize % miniBlocks != 0
        || blockSize / miniBlocks % 8 != 0) {
      throw new IOException("a page of delta encoded numbers is damaged");
    }
    long[] out = new long[total];
    if (total == 0) {
      return out;
    }
    out[0] = last;
    int done = 1;
    int miniSize = blockSize / miniBlocks;
    while (done < total) {
      long least = zigzag(varint());
      int widths = at;
      at += miniBlocks;
      for (int m = 0; m < miniBlocks && done < total; m++) {
        int width = page[widths + m] & 0xff;
        if (width > 64) {
          throw new IOException("a page of delta encoded numbers is damaged");
        }
        long bit = (long) at * 8;
        for (int i = 0; i < miniSize && done < total; i++, bit += width) {
          last += least + bits(bit, width);
          out[done++] = last;
        }
        at += miniSize / 8 * width;
      }
    }
    at = Math.min(at, end);
    return out;
  }

  private long bits(long bit, int width) {
    long value = 0;
    for (int got = 0; got < width; ) {
      int index = (int) (bit + got >>> 3);
      int offset = (int) (bit + got & 7);
      int take = Math.min(8 - offset, width - got);
      value |= ((page[index] & 0xffL) >>> offset & (1L << take) - 1) << got;
      got += take;
    }
    return value;
  }

  private void texts(Values out, int most) throws IOException {
    long[] sizes = deltas(most);
    int[] starts = new int[sizes.length];
    int[] lengths = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0 || sizes[i] > end - at) {
        throw new IOException("a page of delta encoded texts is damaged");
      }
      starts[i] = at;
      lengths[i] = (int) sizes[i];
      at += lengths[i];
    }
    out.ensure(starts.length);
    out.addSlices(page, starts, lengths, 0, starts.length);
  }

  private void prefixedTexts(Values out, int most) throws IOException {
    long[] prefixes = deltas(most);
    long[] suffixes = deltas(most);
    int[] starts = new int[prefixes.length];
    int[] lengths = new int[prefixes.length];
    ByteSink texts = new ByteSink(Math.max(64, end - at));
    int previous = 0;
    for (int i = 0; i < prefixes.length; i++) {
      if (prefixes[i] < 0
          || prefixes[i] > (i == 0 ? 0 : lengths[i - 1])
          || suffixes[i] < 0
          || suffixes[i] > end - at) {
        throw new IOException("a page of delta encoded texts is damaged");
      }
      starts[i] = texts.size;
      lengths[i] = (int) (prefixes[i] + suffixes[i]);
      texts.ensure(lengths[i]);
      System.arraycopy(texts.data, previous, texts.data, texts.size, (int) prefixes[i]);
      texts.size += (int) prefixes[i];
      texts.write(page, at, (int) suffixes[i]);
      at += (int) suffixes[i];
      previous = starts[i];
    }
    out.ensure(starts.length);
    out.addSlices(texts.data, starts, lengths, 0, starts.length);
  }

  /** All first bytes, then all second ones, and so on. */
  private void split(Values out, PrimitiveTypeName type, int fixedLength) throws IOException {
    int width =
        switch (type) {
          case INT32, FLOAT -> 4;
          case INT64, DOUBLE -> 8;
          case FIXED_LEN_BYTE_ARRAY -> fixedLength;
          default ->
              throw new IOException(
                  "the encoding BYTE_STREAM_SPLIT of " + type + " is not supported");
        };
    int count = (end - at) / width;
    byte[] plain = new byte[count * width];
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < width; b++) {
        plain[i * width + b] = page[at + b * count + i];
      }
    }
    new PageDecoder(type, fixedLength, Encoding.PLAIN, plain, 0, plain.length, count, null)
        .read(out, count);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int b = page[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        break;
      }
    }
    return value;
  }

  private static long zigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }
}
