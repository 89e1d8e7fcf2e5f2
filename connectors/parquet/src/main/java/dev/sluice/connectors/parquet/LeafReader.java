package dev.sluice.connectors.parquet;

import dev.sluice.operators.io.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Reads one column chunk page by page: some rows at a time, their levels and their values. After
 * {@link #read}, {@link #definitions}, {@link #repetitions} and {@link #values} hold the entries of
 * these rows until the next call.
 */
final class LeafReader {
  /** A page that claims more is taken for damage, so that it cannot exhaust the heap. */
  private static final long MOST_PAGE_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

  private static final int MOST_PAGE_ENTRIES = 1 << 24;

  private static final int READ_AHEAD = 128 << 10;
  private static final int SKIP_ROWS = 4096;

  private final ParquetNode node;
  private final FileInput input;
  private final Codecs codec;
  private final PrimitiveTypeName type;
  private final int fixedLength;

  /** Where pages are; null if that is not known or not needed. */
  private final @Nullable OffsetIndex pages;

  private final boolean checksums;
  private long position;
  private final long end;
  private byte[] buffer = new byte[0];
  private int bufferAt;
  private int bufferEnd;

  private @Nullable Values dictionary;
  private @Nullable PageDecoder page;
  private Rle.@Nullable Decoder pageDefinitions;
  private int[] pageRepetitions = new int[0];
  private int pageEntries;
  private int pageAt;
  private long entriesLeft;

  /** Rows of the row group that lie behind. */
  private long rowsDone;

  /** With an offset index: the page that comes next, once pages have been left out; or -1. */
  private int nextPage = -1;

  int[] definitions = new int[0];
  int[] repetitions = new int[0];
  int entries;

  /** True if every entry of the rows read has a value: then {@link #definitions} is not filled. */
  boolean complete;

  Values values;

  /** With {@code checksums} a page that does not have the CRC-32 it should have is refused. */
  LeafReader(
      ParquetNode node,
      FileInput input,
      ColumnChunkMetaData chunk,
      @Nullable OffsetIndex pages,
      boolean checksums)
      throws IOException {
    this.node = node;
    this.input = input;
    this.pages = pages;
    this.checksums = checksums;
    this.codec = Codecs.of(chunk.getCodec());
    this.type = node.primitive().getPrimitiveTypeName();
    this.fixedLength = node.primitive().getTypeLength();
    if (type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY && fixedLength < 0) {
      throw new IOException("column '" + node.name() + "' has an impossible length");
    }
    this.position = chunk.getStartingPos();
    // Old writers did not count the header of the dictionary page.
    this.end = Math.min(input.length(), position + chunk.getTotalSize() + 100);
    this.entriesLeft = chunk.getValueCount();
    this.values = new Values(type, 0);
    if (position < 4 || position > input.length()) {
      throw new IOException("column '" + node.name() + "' begins outside of the file");
    }
  }

  ParquetNode node() {
    return node;
  }

  /** Reads so many rows, which must be there. */
  void read(int rows) throws IOException {
    entries = 0;
    complete = true;
    values = new Values(type, Math.min(rows, 1 << 16));
    if (node.maxRepetition() == 0) {
      readFlat(rows);
    } else {
      readRepeated(rows);
    }
    rowsDone += rows;
  }

  /** Goes on at a later row of the row group; whole pages in between are not looked at. */
  void skipTo(long row) throws IOException {
    OffsetIndex index = pages;
    if (index != null && index.getPageCount() > 0) {
      int wanted = pageOf(index, row);
      long first = index.getFirstRowIndex(wanted);
      if (first > rowsDone) {
        if (dictionary == null && page == null && position < index.getOffset(0)) {
          loadDictionary(index.getOffset(0));
        }
        long offset = index.getOffset(wanted);
        if (offset < 4 || offset > end || first > row) {
          throw new IOException("column '" + node.name() + "' has a damaged page index");
        }
        position = offset;
        bufferAt = 0;
        bufferEnd = 0;
        page = null;
        nextPage = wanted;
        rowsDone = first;
      }
    }
    while (rowsDone < row) {
      read((int) Math.min(row - rowsDone, SKIP_ROWS));
    }
  }

  /** The last page that begins at the row or before. */
  private static int pageOf(OffsetIndex index, long row) {
    int low = 0;
    int high = index.getPageCount() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (index.getFirstRowIndex(middle) <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Reads the page before the first one of data. */
  private void loadDictionary(long dataStart) throws IOException {
    while (position - (bufferEnd - bufferAt) < dataStart) {
      PageHeader header = readHeader();
      byte[] body = body(header);
      if (header.getType() != PageType.DICTIONARY_PAGE) {
        return;
      }
      dictionaryPage(header, body);
    }
  }

  /** False at the end of the chunk. */
  private boolean hasPage() {
    OffsetIndex index = pages;
    return index != null && nextPage >= 0 ? nextPage < index.getPageCount() : entriesLeft > 0;
  }

  private PageDecoder nextPage() throws IOException {
    PageDecoder current = page;
    while (current == null || pageAt == pageEntries) {
      if (!hasPage()) {
        throw new IOException("column '" + node.name() + "' has fewer rows than the file says");
      }
      current = loadPage();
    }
    return current;
  }

  private void readFlat(int rows) throws IOException {
    while (entries < rows) {
      PageDecoder current = nextPage();
      int count = Math.min(rows - entries, pageEntries - pageAt);
      int present = count;
      Rle.Decoder levels = pageDefinitions;
      if (levels != null) {
        int known = levels.knownRun(node.maxDefinition());
        if (known >= count) {
          levels.skipRun(count);
          if (!complete) {
            Arrays.fill(definitions, entries, entries + count, node.maxDefinition());
          }
        } else {
          present = readDefinitions(levels, count, rows);
        }
      }
      current.read(values, present);
      entries += count;
      pageAt += count;
    }
  }

  /** Reads levels behind those there are; how many of them have a value. */
  private int readDefinitions(Rle.Decoder levels, int count, int room) throws IOException {
    if (definitions.length < Math.max(room, entries + count)) {
      definitions = Arrays.copyOf(definitions, Math.max(room, entries + count));
    }
    if (complete) {
      Arrays.fill(definitions, 0, entries, node.maxDefinition());
      complete = false;
    }
    levels.read(definitions, entries, count);
    int present = 0;
    for (int i = entries; i < entries + count; i++) {
      if (definitions[i] == node.maxDefinition()) {
        present++;
      }
    }
    return present;
  }

  private void readRepeated(int rows) throws IOException {
    int begun = 0;
    complete = false;
    while (true) {
      if (page == null || pageAt == pageEntries) {
        if (!hasPage()) {
          break;
        }
        loadPage();
        continue;
      }
      PageDecoder current = nextPage();
      int from = pageAt;
      int to = from;
      while (to < pageEntries) {
        if (pageRepetitions[to] == 0) {
          if (begun == rows) {
            break;
          }
          begun++;
        }
        to++;
      }
      int count = to - from;
      if (count > 0) {
        if (repetitions.length < entries + count) {
          repetitions = Arrays.copyOf(repetitions, (entries + count) * 2);
        }
        System.arraycopy(pageRepetitions, from, repetitions, entries, count);
        Rle.Decoder levels = pageDefinitions;
        if (levels == null) {
          throw new IOException("column '" + node.name() + "' repeats without levels");
        }
        int present = readDefinitions(levels, count, (entries + count) * 2);
        current.read(values, present);
        entries += count;
        pageAt = to;
      }
      if (to < pageEntries) {
        break;
      }
    }
    if (begun < rows) {
      throw new IOException("column '" + node.name() + "' has fewer rows than the file says");
    }
  }

  private PageDecoder loadPage() throws IOException {
    while (true) {
      PageHeader header = readHeader();
      byte[] body = body(header);
      int size = header.getUncompressed_page_size();
      if (header.getType() == PageType.DICTIONARY_PAGE) {
        dictionaryPage(header, body);
      } else if (header.getType() == PageType.DATA_PAGE) {
        return page = dataPage(header.getData_page_header(), body, size);
      } else if (header.getType() == PageType.DATA_PAGE_V2) {
        return page = dataPageV2(header.getData_page_header_v2(), body, size);
      }
    }
  }

  /** The bytes of a page as they are in the file. */
  private byte[] body(PageHeader header) throws IOException {
    int packed = header.getCompressed_page_size();
    int size = header.getUncompressed_page_size();
    if (packed < 0 || size < 0 || size > MOST_PAGE_BYTES || packed > available()) {
      throw new IOException(
          "column '"
              + node.name()
              + "' has a page of impossible size ("
              + packed
              + " bytes in the file, "
              + size
              + " unpacked) near byte "
              + position);
    }
    byte[] body = new byte[packed];
    readBytes(body);
    if (checksums && header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(body);
      if ((int) crc.getValue() != header.getCrc()) {
        throw new IOException(
            "column '"
                + node.name()
                + "' has a page with another checksum than was written, near byte "
                + position);
      }
    }
    return body;
  }

  private void dictionaryPage(PageHeader header, byte[] body) throws IOException {
    int size = header.getUncompressed_page_size();
    byte[] plain = new byte[size];
    codec.decompress(body, 0, body.length, plain, 0, size);
    int count = header.getDictionary_page_header().getNum_values();
    if (count < 0 || type != PrimitiveTypeName.BOOLEAN && count > size && fixedLength != 0) {
      throw new IOException("column '" + node.name() + "' has an impossible dictionary");
    }
    Values known = new Values(type, 0);
    new PageDecoder(type, fixedLength, Encoding.PLAIN, plain, 0, size, count, null)
        .read(known, count);
    dictionary = known;
  }

  private PageDecoder dataPage(DataPageHeader header, byte[] body, int size) throws IOException {
    byte[] plain = new byte[size];
    codec.decompress(body, 0, body.length, plain, 0, size);
    begin(header.getNum_values());
    int at = 0;
    if (node.maxRepetition() > 0) {
      int length = levelBytes(plain, at);
      readRepetitions(
          new Rle.Decoder(plain, at + 4, at + 4 + length, Rle.bitWidth(node.maxRepetition())));
      at += 4 + length;
    }
    pageDefinitions = null;
    if (node.maxDefinition() > 0) {
      if (header.getDefinition_level_encoding() == Encoding.BIT_PACKED) {
        throw new IOException("levels of encoding BIT_PACKED are not supported");
      }
      int length = levelBytes(plain, at);
      pageDefinitions =
          new Rle.Decoder(plain, at + 4, at + 4 + length, Rle.bitWidth(node.maxDefinition()));
      at += 4 + length;
    }
    return new PageDecoder(
        type, fixedLength, header.getEncoding(), plain, at, size, pageEntries, dictionary);
  }

  private static int levelBytes(byte[] plain, int at) throws IOException {
    if (at + 4 > plain.length) {
      throw new IOException("a page ends within its levels or ids");
    }
    int length = (int) ByteSink.INTS.get(plain, at);
    if (length < 0 || length > plain.length - at - 4) {
      throw new IOException("a page has levels or ids of impossible size");
    }
    return length;
  }

  private PageDecoder dataPageV2(DataPageHeaderV2 header, byte[] body, int size)
      throws IOException {
    int repetition = header.getRepetition_levels_byte_length();
    int definition = header.getDefinition_levels_byte_length();
    if (repetition < 0
        || definition < 0
        || (long) repetition + definition > Math.min(body.length, size)) {
      throw new IOException("a page has levels or ids of impossible size");
    }
    begin(header.getNum_values());
    if (node.maxRepetition() > 0) {
      readRepetitions(new Rle.Decoder(body, 0, repetition, Rle.bitWidth(node.maxRepetition())));
    }
    pageDefinitions =
        node.maxDefinition() == 0
            ? null
            : new Rle.Decoder(
                body, repetition, repetition + definition, Rle.bitWidth(node.maxDefinition()));
    int levels = repetition + definition;
    byte[] plain = body;
    int at = levels;
    int stop = body.length;
    boolean packed = !header.isSetIs_compressed() || header.isIs_compressed();
    if (packed && body.length > levels) {
      plain = new byte[size - levels];
      codec.decompress(body, levels, body.length - levels, plain, 0, plain.length);
      at = 0;
      stop = plain.length;
    }
    return new PageDecoder(
        type, fixedLength, header.getEncoding(), plain, at, stop, pageEntries, dictionary);
  }

  private void begin(int count) throws IOException {
    boolean more = nextPage < 0 && count > entriesLeft;
    if (count < 0 || more || count > MOST_PAGE_ENTRIES) {
      throw new IOException("column '" + node.name() + "' has more values than the file says");
    }
    pageEntries = count;
    pageAt = 0;
    entriesLeft -= count;
    if (nextPage >= 0) {
      nextPage++;
    }
  }

  private void readRepetitions(Rle.Decoder levels) throws IOException {
    if (pageRepetitions.length < pageEntries) {
      pageRepetitions = new int[pageEntries];
    }
    levels.read(pageRepetitions, 0, pageEntries);
  }

  private long available() {
    return end - position + bufferEnd - bufferAt;
  }

  private PageHeader readHeader() throws IOException {
    // Headers are small; one that does not fit is tried again with more.
    for (int want = 512; ; want *= 16) {
      fill(want);
      int there = bufferEnd - bufferAt;
      if (there == 0) {
        throw new IOException("column '" + node.name() + "' ends too early");
      }
      try {
        PageHeader header = new PageHeader();
        bufferAt = Thrift.read(header, buffer, bufferAt, bufferEnd);
        return header;
      } catch (IOException e) {
        if (!(e instanceof EOFException) || there < want || want > 4 << 20) {
          throw new IOException(
              "column '" + node.name() + "' has a damaged page near byte " + position, e);
        }
      }
    }
  }

  /** Makes at least so many bytes available in the buffer, or all there are. */
  private void fill(int want) throws IOException {
    int there = bufferEnd - bufferAt;
    if (there >= want || position >= end) {
      return;
    }
    int length = Math.max(want, (int) Math.min(READ_AHEAD, there + end - position));
    byte[] next = buffer.length >= length ? buffer : new byte[length];
    System.arraycopy(buffer, bufferAt, next, 0, there);
    buffer = next;
    bufferAt = 0;
    bufferEnd = there;
    int more = (int) Math.min(buffer.length - there, end - position);
    input.readFully(position, buffer, there, more);
    position += more;
    bufferEnd += more;
  }

  private void readBytes(byte[] into) throws IOException {
    int there = Math.min(bufferEnd - bufferAt, into.length);
    System.arraycopy(buffer, bufferAt, into, 0, there);
    bufferAt += there;
    if (there < into.length) {
      input.readFully(position, into, there, into.length - there);
      position += into.length - there;
    }
  }
}
