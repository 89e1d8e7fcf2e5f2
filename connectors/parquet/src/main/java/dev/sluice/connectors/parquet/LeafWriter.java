package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.FlatColumn;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilterWriter;
import org.jspecify.annotations.Nullable;

/**
 * One leaf column of the row group being written: levels and values of the page under way, as the
 * bytes of a page. Finished pages go to the library, which compresses and keeps them. A chunk
 * starts with a dictionary and goes on plain if that does not pay.
 */
abstract class LeafWriter {
  private final ParquetNode node;
  final WriteSettings settings;

  /** Where the row group's pages go, and its Bloom filter. */
  private PageWriter target;

  private BloomFilterWriter bloomTarget;

  /** Of the chunk under way: the hashes of all its values; null if there is to be none. */
  @Nullable BloomFilter bloom;

  /** Levels of the page under way; definitions stay unwritten while nothing is null. */
  private int[] definitions = new int[256];

  private int[] repetitions = new int[0];
  private boolean complete = true;
  private int entries;
  private int rows;

  /** Dictionary ids of the page's values, while there is a dictionary. */
  int[] ids = new int[256];

  int valuesInPage;
  boolean dictionary;

  /** Plain values of the page under way. */
  final ByteSink plain = new ByteSink(1024);

  private final ByteSink scratch = new ByteSink(256);
  private int dataPages;
  private int dictionaryPages;

  LeafWriter(
      ParquetNode node, WriteSettings settings, PageWriter target, BloomFilterWriter bloomTarget) {
    this.node = node;
    this.settings = settings;
    this.target = target;
    this.bloomTarget = bloomTarget;
    this.bloom = settings.bloom().filter(node);
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

  /** Smallest and largest value of the page, if they are known; forgets them. */
  abstract void takeStatistics(Statistics<?> statistics);

  /** Values that are all there, in a column without levels above one. */
  void addPresent(int count) {
    ensureEntries(count);
    if (!complete) {
      Arrays.fill(definitions, entries, entries + count, node.maxDefinition());
    }
    entries += count;
    rows += count;
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
      for (int i = 0; i < count; i++) {
        rows += repetition[i] == 0 ? 1 : 0;
      }
    } else {
      rows += count;
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
    if (rows >= settings.pageRows() || plain.size >= settings.pageBytes()) {
      endPage();
    }
  }

  /** What this leaf holds, with the pages that the library keeps. */
  long memoryBytes() {
    return target.getMemSize()
        + plain.data.length
        + scratch.data.length
        + 4L * (ids.length + definitions.length + repetitions.length)
        + dictionaryBytes() * 2L
        + (bloom == null ? 0 : bloom.getBitsetSize());
  }

  /** What its chunk has grown to. */
  long chunkBytes() {
    return target.getMemSize() + plain.size + dictionaryBytes();
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
    Statistics<?> statistics = Statistics.createStats(node.type());
    statistics.incrementNumNulls(entries - valuesInPage);
    if (valuesInPage > 0) {
      takeStatistics(statistics);
    }
    if (dictionary) {
      int width = Math.max(1, Rle.bitWidth(Math.max(0, dictionarySize() - 1)));
      scratch.write(width);
      Rle.encode(ids, valuesInPage, width, scratch);
    } else {
      endPlain();
      scratch.write(plain.data, 0, plain.size);
    }
    target.writePage(
        BytesInput.from(scratch.data, 0, scratch.size),
        entries,
        rows,
        statistics,
        Encoding.RLE,
        Encoding.RLE,
        dictionary ? Encoding.RLE_DICTIONARY : Encoding.PLAIN);
    dataPages++;
    if (dictionary) {
      dictionaryPages++;
    }
    entries = 0;
    rows = 0;
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

  /** Ends the chunk; the next begins with {@link #begin}. */
  void endChunk() throws IOException {
    endPage();
    if (dictionaryPages > 0) {
      scratch.clear();
      putDictionary(scratch);
      target.writeDictionaryPage(
          new DictionaryPage(
              BytesInput.from(scratch.data, 0, scratch.size), dictionarySize(), Encoding.PLAIN));
    }
    BloomFilter filter = bloom;
    if (filter != null) {
      bloomTarget.writeBloomFilter(filter);
    }
  }

  void begin(PageWriter nextTarget, BloomFilterWriter nextBloomTarget) {
    target = nextTarget;
    bloomTarget = nextBloomTarget;
    bloom = settings.bloom().filter(node);
    dataPages = 0;
    dictionaryPages = 0;
    clearDictionary();
    dictionary = hasDictionary();
  }
}
