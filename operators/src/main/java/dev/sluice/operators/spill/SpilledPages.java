package dev.sluice.operators.spill;

import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key beyond the heap, some dozens of them in one value of a {@link LocalStore}: to ask
 * such a store for a value costs microseconds however short it is, and a batch asks for many keys
 * at once. A row's page follows from the hash of its key. Pages are added one after the other as
 * rows come, each by taking over what is its own of the page that had it before (linear hashing),
 * so that a page stays as long as it was meant to be.
 *
 * <p>Changes wait in the heap and are made in the order of pages: a few rows are appended to their
 * page unread; where many come, or much of a page is out of date, it is read and written anew. Not
 * thread-safe.
 */
final class SpilledPages {
  /** As many bytes as pages are to have on average, with what is out of date. */
  private static final int PAGE_BYTES = 1536;

  /** A page may be as long before it is written anew for what is out of date in it. */
  private static final int LEAST_LIMIT = 2048;

  /** Pages that are read or written at once. */
  private static final int PAGES_AT_ONCE = 256;

  /** Fewer pages are read by their keys. */
  private static final int SCAN_LEAST = 16;

  /** Pages of which at least one in so many is wanted are read one after the other. */
  private static final int SCAN_GAP = 3;

  private static final int LARGEST_PAGES = 1 << 28;
  private static final byte[] NOTHING = new byte[0];

  private final LocalStore store;
  private final byte[] prefix;
  private final int waitingLimit;
  private int pages = 1;
  private int[] bytes = new int[64];
  private int[] limits = new int[64];
  private long totalBytes;
  // Records that wait to be written, one after the other, and where each begins.
  private byte[] waiting = NOTHING;
  private int waitingBytes;
  private int[] starts = new int[0];
  private int count;
  private final PageRecords records;
  // By place among the keys of one page that are asked for.
  private int[] heads = new int[16];
  private int[] next = new int[16];
  private int[] valueAt = new int[16];
  private int[] valueLengths = new int[16];

  /**
   * @param prefix of the keys of all pages, below which the store has nothing
   * @param numbers whether keys are {@link SpilledKeys numbers}
   */
  SpilledPages(LocalStore store, byte[] prefix, boolean numbers) {
    this.store = store;
    this.records = new PageRecords(numbers);
    this.prefix = prefix;
    this.waitingLimit = (int) Math.min(4L << 20, Runtime.getRuntime().maxMemory() / 64);
  }

  private byte[] place(int page) {
    byte[] place = Arrays.copyOf(prefix, prefix.length + 4);
    Hashing.INTS.set(place, prefix.length, Integer.reverseBytes(page));
    return place;
  }

  private int page(int hash) {
    int top = Integer.highestOneBit(pages);
    int page = hash & (top * 2 - 1);
    return page < pages ? page : page & (top - 1);
  }

  /** Receives the values of keys. */
  interface Hits {
    /** The value of key {@code i} of those asked for is {@code page[from..from + length)}. */
    void hit(int i, byte[] page, int from);
  }

  /**
   * Looks up keys, of which none comes twice; those in the order of {@link #inOrder} fastest.
   *
   * @param wanted which of the keys
   */
  void find(
      Reader reader,
      byte[] keys,
      int[] offsets,
      int[] hashes,
      int[] wanted,
      int wantedCount,
      Hits hits)
      throws IOException {
    long[] order = new long[wantedCount];
    boolean sorted = true;
    for (int i = 0; i < wantedCount; i++) {
      order[i] = (long) page(hashes[wanted[i]]) << 32 | i;
      sorted &= i == 0 || order[i] >= order[i - 1];
    }
    if (!sorted) {
      Arrays.sort(order);
    }
    int[] firsts = new int[PAGES_AT_ONCE];
    int[] numbers = new int[PAGES_AT_ONCE];
    int from = 0;
    while (from < wantedCount) {
      int asked = 0;
      int at = from;
      while (at < wantedCount && asked < PAGES_AT_ONCE) {
        int page = (int) (order[at] >>> 32);
        if (bytes[page] > 0) {
          firsts[asked] = at;
          numbers[asked++] = page;
        }
        at = after(order, at, wantedCount);
      }
      List<byte[]> found = reader.read(numbers, asked);
      for (int p = 0; p < asked; p++) {
        int to = after(order, firsts[p], wantedCount);
        match(found.get(p), order, firsts[p], to, wanted, keys, offsets, hashes, hits);
      }
      from = at;
    }
  }

  /** Where the next page begins in an order by page. */
  private static int after(long[] order, int from, int to) {
    int at = from + 1;
    while (at < to && order[at] >>> 32 == order[from] >>> 32) {
      at++;
    }
    return at;
  }

  /** Reads pages, on and on; {@link #scan} or {@link #flush} in between are not seen. */
  Reader reader() throws IOException {
    flush();
    return new Reader();
  }

  /**
   * Reads pages in their order: of those that lie close to each other, one after the other; others
   * by their keys.
   */
  final class Reader implements AutoCloseable {
    private LocalStore.@Nullable Cursor cursor;
    // The page at which the cursor stands, -1 for none yet.
    private int position = -1;

    /** The content of pages, in their order; of none for one that is not there. */
    List<byte[]> read(int[] numbers, int asked) throws IOException {
      List<byte[]> contents = new ArrayList<>(asked);
      if (asked < SCAN_LEAST || numbers[asked - 1] - numbers[0] > asked * SCAN_GAP) {
        List<byte[]> places = new ArrayList<>(asked);
        for (int i = 0; i < asked; i++) {
          places.add(place(numbers[i]));
        }
        for (byte[] content : asked == 0 ? List.<byte @Nullable []>of() : store.get(places)) {
          contents.add(content == null ? NOTHING : content);
        }
        return contents;
      }
      if (cursor == null) {
        cursor = store.scan(prefix);
      }
      for (int i = 0; i < asked; i++) {
        contents.add(goTo(cursor, numbers[i]) ? cursor.value() : NOTHING);
      }
      return contents;
    }

    private boolean goTo(LocalStore.Cursor in, int number) throws IOException {
      if (position < 0 || position > number || number - position > SCAN_GAP * 4) {
        position = in.seek(place(number)) ? number(in) : Integer.MAX_VALUE;
      }
      while (position < number) {
        position = in.next() ? number(in) : Integer.MAX_VALUE;
      }
      return position == number;
    }

    private int number(LocalStore.Cursor in) {
      return Integer.reverseBytes((int) Hashing.INTS.get(in.key(), prefix.length));
    }

    @Override
    public void close() {
      if (cursor != null) {
        cursor.close();
      }
    }
  }

  private void match(
      byte[] page,
      long[] order,
      int from,
      int to,
      int[] wanted,
      byte[] keys,
      int[] offsets,
      int[] hashes,
      Hits hits) {
    int asked = to - from;
    int shift = index(order, from, asked, wanted, hashes);
    for (int at = 0; at < page.length; at = records.end()) {
      records.head(page, at);
      int hash = records.hash();
      for (int i = heads[hash * 0x9E3779B1 >>> shift]; i != 0; i = next[i - 1]) {
        int row = wanted[(int) order[from + i - 1]];
        int keyAt = records.keyAt();
        if (hashes[row] == hash
            && Arrays.equals(
                page, keyAt, records.valueAt(), keys, offsets[row], offsets[row + 1])) {
          valueAt[i - 1] = records.valueAt();
          valueLengths[i - 1] = records.valueLength();
        }
      }
    }
    for (int i = 0; i < asked; i++) {
      if (valueLengths[i] >= 0) {
        hits.hit((int) order[from + i], page, valueAt[i]);
      }
    }
  }

  /** Puts the keys asked for of one page where their hashes lead; by how much to shift these. */
  private int index(long[] order, int from, int asked, int[] wanted, int[] hashes) {
    int bits = Math.max(3, 33 - Integer.numberOfLeadingZeros(asked));
    if (heads.length < 1 << bits) {
      heads = new int[1 << bits];
    } else {
      Arrays.fill(heads, 0, 1 << bits, 0);
    }
    if (next.length < asked) {
      next = new int[asked * 2];
      valueAt = new int[asked * 2];
      valueLengths = new int[asked * 2];
    }
    Arrays.fill(valueLengths, 0, asked, -1);
    int shift = 32 - bits;
    for (int i = 0; i < asked; i++) {
      int head = hashes[wanted[(int) order[from + i]]] * 0x9E3779B1 >>> shift;
      next[i] = heads[head];
      heads[head] = i + 1;
    }
    return shift;
  }

  /** The first {@code keyCount} keys in the order of their pages. */
  int[] inOrder(int[] hashes, int keyCount) {
    long[] order = new long[keyCount];
    for (int i = 0; i < keyCount; i++) {
      order[i] = (long) page(hashes[i]) << 32 | i;
    }
    Arrays.sort(order);
    int[] ordered = new int[keyCount];
    for (int i = 0; i < keyCount; i++) {
      ordered[i] = (int) order[i];
    }
    return ordered;
  }

  /** The slots of a table in the order of the pages of their keys. */
  int[] inOrder(GroupTable table, int[] slots, int slotCount) {
    int[] ordered = new int[slotCount];
    if (pages <= 1L + slotCount * 4L) {
      // Counts a page's slots, then puts each in its place.
      int[] places = new int[pages + 1];
      for (int i = 0; i < slotCount; i++) {
        ordered[i] = page(table.hash(slots[i]));
        places[ordered[i] + 1]++;
      }
      for (int page = 0; page < pages; page++) {
        places[page + 1] += places[page];
      }
      int[] byPage = new int[slotCount];
      for (int i = 0; i < slotCount; i++) {
        byPage[places[ordered[i]]++] = slots[i];
      }
      return byPage;
    }
    int[] hashes = new int[slotCount];
    for (int i = 0; i < slotCount; i++) {
      hashes[i] = table.hash(slots[i]);
    }
    int[] places = inOrder(hashes, slotCount);
    for (int i = 0; i < slotCount; i++) {
      ordered[i] = slots[places[i]];
    }
    return ordered;
  }

  /** Puts a row in the place of that of the same key. */
  void put(
      int hash, byte[] keys, int keyFrom, int keyTo, byte[] values, int valueFrom, int valueLength)
      throws IOException {
    long needed = (long) PageRecords.LARGEST_HEADER + keyTo - keyFrom + Math.max(0, valueLength);
    if (waitingBytes + needed > waitingLimit) {
      flush();
    }
    if (waitingBytes + needed > waiting.length) {
      long larger = Math.max(waitingBytes + needed, Math.min(waitingLimit, waiting.length * 2L));
      waiting = Arrays.copyOf(waiting, (int) Math.min(larger, Integer.MAX_VALUE - 16));
    }
    if (count + 1 >= starts.length) {
      starts = Arrays.copyOf(starts, Math.max(1024, count * 2));
    }
    starts[count++] = waitingBytes;
    waitingBytes =
        records.write(
            waiting, waitingBytes, hash, keys, keyFrom, keyTo, values, valueFrom, valueLength);
    starts[count] = waitingBytes;
  }

  void remove(int hash, byte[] keys, int keyFrom, int keyTo) throws IOException {
    put(hash, keys, keyFrom, keyTo, NOTHING, 0, -1);
  }

  /** Makes the changes that wait, and forgets the room that they took. */
  void release() throws IOException {
    flush();
    waiting = NOTHING;
    starts = new int[0];
  }

  /** Makes the changes that wait. */
  private void flush() throws IOException {
    if (count == 0) {
      return;
    }
    grow((totalBytes + waitingBytes) / PAGE_BYTES);
    long[] order = new long[count];
    boolean sorted = true;
    for (int i = 0; i < count; i++) {
      records.head(waiting, starts[i]);
      order[i] = (long) page(records.hash()) << 32 | i;
      sorted &= i == 0 || order[i] >= order[i - 1];
    }
    if (!sorted) {
      Arrays.sort(order);
    }
    try (LocalStore.Changes changes = store.change();
        Reader reader = new Reader()) {
      int from = 0;
      while (from < count) {
        from = flush(order, from, reader, changes);
        changes.apply();
      }
    }
    count = 0;
    waitingBytes = 0;
  }

  /** Writes some pages, from a place in the order of changes on; up to which. */
  private int flush(long[] order, int from, Reader reader, LocalStore.Changes changes)
      throws IOException {
    int[] firsts = new int[PAGES_AT_ONCE];
    int[] numbers = new int[PAGES_AT_ONCE];
    int rewritten = 0;
    int at = from;
    while (at < count && rewritten < PAGES_AT_ONCE) {
      int first = at;
      int page = (int) (order[at] >>> 32);
      at = after(order, at, count);
      int more = 0;
      for (int i = first; i < at; i++) {
        more += length((int) order[i]);
      }
      if (bytes[page] == 0 || more * 4L > bytes[page] || bytes[page] + more > limits[page]) {
        firsts[rewritten] = first;
        numbers[rewritten++] = page;
      } else {
        changes.append(place(page), joined(order, first, at, more));
        bytes[page] += more;
        totalBytes += more;
      }
    }
    List<byte[]> old = reader.read(numbers, rewritten);
    for (int p = 0; p < rewritten; p++) {
      records.begin(old.get(p));
      int to = after(order, firsts[p], count);
      for (int i = firsts[p]; i < to; i++) {
        int change = (int) order[i];
        records.add(waiting, starts[change], starts[change + 1]);
      }
      write(numbers[p], records.live(), changes);
    }
    return at;
  }

  private int length(int change) {
    return starts[change + 1] - starts[change];
  }

  private byte[] joined(long[] order, int from, int to, int length) {
    byte[] joined = new byte[length];
    int at = 0;
    for (int i = from; i < to; i++) {
      int change = (int) order[i];
      System.arraycopy(waiting, starts[change], joined, at, length(change));
      at += length(change);
    }
    return joined;
  }

  private void write(int page, byte[] content, LocalStore.Changes changes) throws IOException {
    if (content.length > 0) {
      changes.put(place(page), content);
    } else if (bytes[page] > 0) {
      changes.remove(place(page));
    }
    totalBytes += content.length - bytes[page];
    bytes[page] = content.length;
    limits[page] = Math.max(LEAST_LIMIT, (int) Math.min(content.length * 2L, Integer.MAX_VALUE));
  }

  /** Adds pages, each of which takes its own from that which had it. */
  private void grow(long wantedPages) throws IOException {
    int from = pages;
    int to = (int) Math.min(wantedPages, LARGEST_PAGES);
    if (to <= from) {
      return;
    }
    if (to > bytes.length) {
      int room = Math.max(to, bytes.length + (bytes.length >> 1));
      bytes = Arrays.copyOf(bytes, room);
      limits = Arrays.copyOf(limits, room);
    }
    BitSet sources = new BitSet();
    for (int page = from; page < to; page++) {
      int source = page;
      while (source >= from) {
        source -= Integer.highestOneBit(source);
      }
      if (bytes[source] > 0) {
        sources.set(source);
      }
    }
    pages = to;
    int[] numbers = new int[PAGES_AT_ONCE];
    try (LocalStore.Changes changes = store.change();
        Reader reader = new Reader()) {
      for (int source = sources.nextSetBit(0); source >= 0; ) {
        int asked = 0;
        for (; source >= 0 && asked < PAGES_AT_ONCE; source = sources.nextSetBit(source + 1)) {
          numbers[asked++] = source;
        }
        List<byte[]> contents = reader.read(numbers, asked);
        for (int i = 0; i < asked; i++) {
          split(numbers[i], contents.get(i), changes);
        }
        changes.apply();
      }
    }
  }

  /** Gives the records of a page to those that they belong to now. */
  private void split(int source, byte[] content, LocalStore.Changes changes) throws IOException {
    records.begin(content);
    byte[] live = records.live();
    long[] order = new long[16];
    int found = 0;
    for (int at = 0; at < live.length; at = records.end()) {
      records.head(live, at);
      if (found == order.length) {
        order = Arrays.copyOf(order, found * 2);
      }
      order[found++] = (long) page(records.hash()) << 32 | at;
    }
    Arrays.sort(order, 0, found);
    boolean kept = false;
    for (int from = 0; from < found; ) {
      int page = (int) (order[from] >>> 32);
      byte[] own = new byte[live.length];
      int length = 0;
      for (; from < found && (int) (order[from] >>> 32) == page; from++) {
        int at = (int) order[from];
        records.head(live, at);
        System.arraycopy(live, at, own, length, records.end() - at);
        length += records.end() - at;
      }
      write(page, Arrays.copyOf(own, length), changes);
      kept |= page == source;
    }
    if (!kept) {
      write(source, NOTHING, changes);
    }
  }

  /** All pages, in the form that {@link PageRecords} reads. */
  LocalStore.Cursor scan() throws IOException {
    flush();
    return store.scan(prefix);
  }
}
