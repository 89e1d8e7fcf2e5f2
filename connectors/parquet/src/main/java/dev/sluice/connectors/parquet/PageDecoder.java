package dev.sluice.connectors.parquet;

import java.io.IOException;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** The values of one data page, handed out some at a time. */
final class PageDecoder {
  private static final long JULIAN_EPOCH_DAY = 2_440_588;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private final PrimitiveTypeName type;
  private final int fixedLength;
  private final byte[] page;
  private final int end;
  private int at;
  private int bit;

  /** Set for dictionary pages, and for booleans in runs. */
  private Rle.@Nullable Decoder ids;

  private @Nullable Values dictionary;
  private int[] idBuffer = new int[0];

  /** Set for encodings that are decoded at once. */
  private @Nullable Values whole;

  private int wholeAt;

  /**
   * @param start where the values begin in the page
   * @param count how many entries the page has, nulls included
   */
  PageDecoder(
      PrimitiveTypeName type,
      int fixedLength,
      Encoding encoding,
      byte[] page,
      int start,
      int end,
      int count,
      @Nullable Values dictionary)
      throws IOException {
    this.type = type;
    this.fixedLength = fixedLength;
    this.page = page;
    this.at = start;
    this.end = end;
    switch (encoding) {
      case PLAIN -> {}
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
        if (dictionary == null) {
          throw new IOException("a page refers to a dictionary that is not there");
        }
        this.dictionary = dictionary;
        // A page of nothing but nulls may be empty.
        int width = start < end ? page[start] & 0xff : 0;
        ids = new Rle.Decoder(page, Math.min(start + 1, end), end, width);
      }
      case RLE -> {
        if (type != PrimitiveTypeName.BOOLEAN) {
          throw unsupported(encoding);
        }
        ids = new Rle.Decoder(page, Math.min(start + 4, end), end, 1);
      }
      case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT ->
          whole = new DeltaDecoder(page, start, end).decode(type, fixedLength, encoding, count);
      default -> throw unsupported(encoding);
    }
  }

  private IOException unsupported(Encoding encoding) {
    return new IOException("the encoding " + encoding + " of " + type + " is not supported");
  }

  /** Appends the next values. */
  void read(Values out, int count) throws IOException {
    if (count == 0) {
      return;
    }
    Values all = whole;
    Rle.Decoder runs = ids;
    if (all != null) {
      if (wholeAt + count > all.size) {
        throw tooShort();
      }
      out.addRange(all, wholeAt, count);
      wholeAt += count;
    } else if (runs != null) {
      readIds(runs, out, count);
    } else {
      out.ensure(count);
      plain(out, count);
    }
  }

  private void readIds(Rle.Decoder runs, Values out, int count) throws IOException {
    if (idBuffer.length < count) {
      idBuffer = new int[count];
    }
    runs.read(idBuffer, 0, count);
    Values known = dictionary;
    if (known == null) {
      out.ensure(count);
      for (int i = 0; i < count; i++) {
        out.booleans[out.size++] = idBuffer[i] != 0;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      if (idBuffer[i] < 0 || idBuffer[i] >= known.size) {
        throw new IOException(
            "a page refers to value " + idBuffer[i] + " of a dictionary of " + known.size);
      }
    }
    out.addById(known, idBuffer, count);
  }

  private IOException tooShort() {
    return new IOException("a page has fewer values than it says");
  }

  private void need(long bytes) throws IOException {
    if (bytes > end - at) {
      throw tooShort();
    }
  }

  private void plain(Values out, int count) throws IOException {
    int to = out.size;
    switch (type) {
      case BOOLEAN -> {
        need((bit + (long) count + 7) / 8);
        for (int i = 0; i < count; i++, bit++) {
          out.booleans[to + i] = (page[at + (bit >> 3)] >> (bit & 7) & 1) != 0;
        }
      }
      case INT32 -> {
        need(4L * count);
        for (int i = 0; i < count; i++, at += 4) {
          out.ints[to + i] = (int) ByteSink.INTS.get(page, at);
        }
      }
      case FLOAT -> {
        need(4L * count);
        for (int i = 0; i < count; i++, at += 4) {
          out.floats[to + i] = Float.intBitsToFloat((int) ByteSink.INTS.get(page, at));
        }
      }
      case INT64 -> {
        need(8L * count);
        for (int i = 0; i < count; i++, at += 8) {
          out.longs[to + i] = (long) ByteSink.LONGS.get(page, at);
        }
      }
      case DOUBLE -> {
        need(8L * count);
        for (int i = 0; i < count; i++, at += 8) {
          out.doubles[to + i] = Double.longBitsToDouble((long) ByteSink.LONGS.get(page, at));
        }
      }
      case INT96 -> {
        need(12L * count);
        for (int i = 0; i < count; i++, at += 12) {
          // Far times overflow when written, and come back by the same overflow here.
          long day = (int) ByteSink.INTS.get(page, at + 8) - JULIAN_EPOCH_DAY;
          out.longs[to + i] =
              day * MICROS_PER_DAY + Math.floorDiv((long) ByteSink.LONGS.get(page, at), 1000L);
        }
      }
      case BINARY -> {
        plainBytes(out, count);
        return;
      }
      case FIXED_LEN_BYTE_ARRAY -> {
        need((long) fixedLength * count);
        int[] starts = new int[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++, at += fixedLength) {
          starts[i] = at;
          lengths[i] = fixedLength;
        }
        out.addSlices(page, starts, lengths, 0, count);
        return;
      }
    }
    out.size += count;
  }

  private void plainBytes(Values out, int count) throws IOException {
    int[] starts = new int[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      need(4);
      int length = (int) ByteSink.INTS.get(page, at);
      at += 4;
      if (length < 0) {
        throw tooShort();
      }
      need(length);
      starts[i] = at;
      lengths[i] = length;
      at += length;
    }
    out.addSlices(page, starts, lengths, 0, count);
  }
}
