package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.FlatColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * One leaf column of the row group being written: levels and values of the page under way, and the
 * finished pages, compressed. A chunk starts with a dictionary and goes on plain if that does not
 * pay.
 */
abstract class LeafWriter {
  /** The size of dictionaries and pages that Spark's writer aims at. */
  static final int MOST_DICTIONARY_BYTES = 1 << 20;

  private static final int PAGE_BYTES = 1 << 20;
  private static final int PAGE_ENTRIES = 20_000;

  private final List<String> path;
  private final ParquetNode node;
  private final CompressionCodec codecName;
  private final Codecs codec;

  /** Levels of the page under way; definitions stay unwritten while nothing is null. */
  private int[] definitions = new int[256];

  private int[] repetitions = new int[0];
  private boolean complete = true;
  private int entries;

  /** Dictionary ids of the page's values, while there is a dictionary. */
  int[] ids = new int[256];

  int valuesInPage;
  boolean dictionary;

  /** Plain values of the page under way. */
  final ByteSink plain = new ByteSink(1024);

  private final ByteSink scratch = new ByteSink(256);
  private final List<byte[]> pages = new ArrayList<>();
  private final Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
  private int dataPages;
  private int dictionaryPages;
  private long pageBytes;
  private long plainPageBytes;
  private long chunkEntries;
  private long nulls;
  private long valuesInChunk;

  LeafWriter(List<String> path, ParquetNode node, CompressionCodec codecName, Codecs codec) {
    this.path = path;
    this.node = node;
    this.codecName = codecName;
    this.codec = codec;
    this.dictionary = hasDictionary();
    if (node.maxRepetition() > 0) {
      repetitions = new int[256];
    }
  }

  final ParquetNode node() {
    return node;
  }

  /** True if values of this kind go through a dictionary at first. */
  abstract boolean hasDictionary();

  /**
   * Takes the values at {@code rows[0..count)}, or the first {@code count} from {@code from} on if
   * there are no rows; none is null.
   */
  abstract void values(FlatColumn column, int @Nullable [] rows, int from, int count);

  /** Writes the distinct values in the order of their ids. */
  abstract void putDictionary(ByteSink out);

  abstract int dictionarySize();

  abstract int dictionaryBytes();

  /** Makes plain values of the page's ids. */
  abstract void putPlain(int[] pageIds, int count);

  abstract void clearDictionary();

  abstract void clearStatistics();

  /** Smallest and largest value, if they are known. */
  abstract void putStatistics(Statistics statistics);

  /** Values that are all there, in a column without levels above one. */
  void addPresent(int count) {
    ensureEntries(count);
    if (!complete) {
      Arrays.fill(definitions, entries, entries + count, node.maxDefinition());
    }
    entries += count;
  }

  /** Levels of entries, with {@code present} values to follow. */
  void addLevels(int[] definition, int @Nullable [] repetition, int count) {
    ensureEntries(count);
    if (complete) {
      Arrays.fill(definitions, 0, entries, node.maxDefinition());
      complete = false;
    }
    System.arraycopy(definition, 0, definitions, entries, count);
    if (repetition != null && node.maxRepetition() > 0) {
      System.arraycopy(repetition, 0, repetitions, entries, count);
    }
    entries += count;
  }

  private void ensureEntries(int more) {
    if (entries + more > definitions.length) {
      int length = Math.max(entries + more, definitions.length * 2);
      definitions = Arrays.copyOf(definitions, length);
      if (node.maxRepetition() > 0) {
        repetitions = Arrays.copyOf(repetitions, length);
      }
    }
  }

  final void ensureIds(int more) {
    if (valuesInPage + more > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(valuesInPage + more, ids.length * 2));
    }
  }

  /** Goes on without dictionary from within a page. */
  final void leaveDictionary() {
    if (dictionary) {
      dictionary = false;
      putPlain(ids, valuesInPage);
    }
  }

  /** Ends the page if it is full. Called between rows. */
  void endPageIfFull() throws IOException {
    if (entries >= PAGE_ENTRIES || plain.size >= PAGE_BYTES) {
      endPage();
    }
  }

  /** What this leaf holds. */
  long memoryBytes() {
    return pageBytes
        + plain.data.length
        + scratch.data.length
        + 4L * (ids.length + definitions.length + repetitions.length)
        + dictionaryBytes() * 2L;
  }

  /** What its chunk has grown to. */
  long chunkBytes() {
    return pageBytes + plain.size + dictionaryBytes();
  }

  private void endPage() throws IOException {
    if (entries == 0) {
      return;
    }
    if (dictionary && dataPages == 0 && dictionarySize() > valuesInPage / 2 + 16) {
      // Few values repeat: not worth the ids.
      leaveDictionary();
      clearDictionary();
    }
    scratch.clear();
    if (node.maxRepetition() > 0) {
      putLevels(repetitions, Rle.bitWidth(node.maxRepetition()));
    }
    if (node.maxDefinition() > 0) {
      if (complete) {
        int at = scratch.size;
        scratch.putInt(0);
        Rle.writeRun(entries, node.maxDefinition(), Rle.bitWidth(node.maxDefinition()), scratch);
        ByteSink.INTS.set(scratch.data, at, scratch.size - at - 4);
      } else {
        putLevels(definitions, Rle.bitWidth(node.maxDefinition()));
      }
    }
    Encoding encoding = dictionary ? Encoding.RLE_DICTIONARY : Encoding.PLAIN;
    if (dictionary) {
      int width = Math.max(1, Rle.bitWidth(Math.max(0, dictionarySize() - 1)));
      scratch.write(width);
      Rle.encode(ids, valuesInPage, width, scratch);
    } else {
      endPlain();
      scratch.write(plain.data, 0, plain.size);
    }
    byte[] compressed = codec.compress(scratch.data, scratch.size);
    PageHeader header = new PageHeader(PageType.DATA_PAGE, scratch.size, compressed.length);
    header.setData_page_header(new DataPageHeader(entries, encoding, Encoding.RLE, Encoding.RLE));
    addPage(header, compressed, pages.size());
    encodings.add(encoding);
    encodings.add(Encoding.RLE);
    dataPages++;
    if (dictionary) {
      dictionaryPages++;
    }
    chunkEntries += entries;
    nulls += entries - valuesInPage;
    valuesInChunk += valuesInPage;
    entries = 0;
    valuesInPage = 0;
    complete = true;
    plain.clear();
  }

  /** Before the page's plain values are taken: bits still held back. */
  void endPlain() {}

  private void putLevels(int[] levels, int width) {
    int at = scratch.size;
    scratch.putInt(0);
    Rle.encode(levels, entries, width, scratch);
    ByteSink.INTS.set(scratch.data, at, scratch.size - at - 4);
  }

  private void addPage(PageHeader header, byte[] compressed, int index) throws IOException {
    ByteSink bytes = new ByteSink(64);
    Thrift.write(header, bytes);
    plainPageBytes += bytes.size + header.getUncompressed_page_size();
    byte[] head = bytes.toArray();
    pages.add(index, head);
    pages.add(index + 1, compressed);
    pageBytes += head.length + compressed.length;
  }

  /**
   * Ends the chunk, writes it and starts the next one.
   *
   * @param offset where in the file the chunk begins
   */
  ColumnChunk endChunk(long offset, ChunkTarget target) throws IOException {
    endPage();
    long dictionaryLength = 0;
    if (dictionaryPages > 0) {
      scratch.clear();
      putDictionary(scratch);
      byte[] compressed = codec.compress(scratch.data, scratch.size);
      PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, scratch.size, compressed.length);
      header.setDictionary_page_header(new DictionaryPageHeader(dictionarySize(), Encoding.PLAIN));
      long before = pageBytes;
      addPage(header, compressed, 0);
      dictionaryLength = pageBytes - before;
      encodings.add(Encoding.PLAIN);
    }
    for (byte[] bytes : pages) {
      target.write(bytes, 0, bytes.length);
    }
    ColumnMetaData metadata =
        new ColumnMetaData(
            node.element().getType(),
            new ArrayList<>(encodings),
            path,
            codecName,
            chunkEntries,
            plainPageBytes,
            pageBytes,
            offset + dictionaryLength);
    if (dictionaryLength > 0) {
      metadata.setDictionary_page_offset(offset);
    }
    Statistics statistics = new Statistics();
    statistics.setNull_count(nulls);
    if (valuesInChunk > 0) {
      putStatistics(statistics);
    }
    metadata.setStatistics(statistics);
    ColumnChunk chunk = new ColumnChunk(offset);
    chunk.setMeta_data(metadata);
    reset();
    return chunk;
  }

  /** Where chunks go. */
  interface ChunkTarget {
    void write(byte[] bytes, int from, int length) throws IOException;
  }

  private void reset() {
    pages.clear();
    encodings.clear();
    dataPages = 0;
    dictionaryPages = 0;
    pageBytes = 0;
    plainPageBytes = 0;
    chunkEntries = 0;
    nulls = 0;
    valuesInChunk = 0;
    clearDictionary();
    clearStatistics();
    dictionary = hasDictionary();
  }
}
