package dev.sluice.operators.spill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.testing.TreeLocalStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class SpilledPagesTest {
  private static final byte[] PREFIX = {7};

  private final TreeLocalStore store = new TreeLocalStore();
  private final SpilledPages pages = new SpilledPages(store, PREFIX, false);
  private final Map<String, String> model = new HashMap<>();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int hash(byte[] key) {
    return Hashing.hash(key, 0, key.length);
  }

  private void put(String key, String value) throws IOException {
    byte[] k = bytes(key);
    byte[] v = bytes(value);
    pages.put(hash(k), k, 0, k.length, v, 0, v.length);
    model.put(key, value);
  }

  private void remove(String key) throws IOException {
    byte[] k = bytes(key);
    pages.remove(hash(k), k, 0, k.length);
    model.remove(key);
  }

  /** What is found of keys; a value is known by its end, since all end with a dot. */
  private Map<String, String> find(List<String> keys) throws IOException {
    int[] offsets = new int[keys.size() + 1];
    int[] hashes = new int[keys.size()];
    int[] wanted = new int[keys.size()];
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      all.append(keys.get(i));
      offsets[i + 1] = all.length();
      hashes[i] = hash(bytes(keys.get(i)));
      wanted[i] = i;
    }
    Map<String, String> found = new HashMap<>();
    try (SpilledPages.Reader reader = pages.reader()) {
      pages.find(
          reader,
          bytes(all.toString()),
          offsets,
          hashes,
          wanted,
          wanted.length,
          (i, page, from) -> {
            int end = from;
            while (page[end] != '.') {
              end++;
            }
            String value = new String(page, from, end + 1 - from, StandardCharsets.UTF_8);
            assertThat(found.put(keys.get(i), value)).as("found twice").isNull();
          });
    }
    return found;
  }

  private Map<String, String> scan() throws IOException {
    Map<String, String> found = new TreeMap<>();
    PageRecords records = new PageRecords(false);
    try (LocalStore.Cursor cursor = pages.scan()) {
      while (cursor.next()) {
        records.begin(cursor.value());
        byte[] live = records.live();
        int count = 0;
        for (int at = 0; at < live.length; at = records.end()) {
          records.head(live, at);
          String key =
              new String(
                  live,
                  records.keyAt(),
                  records.valueAt() - records.keyAt(),
                  StandardCharsets.UTF_8);
          String value =
              new String(live, records.valueAt(), records.valueLength(), StandardCharsets.UTF_8);
          assertThat(found.put(key, value)).as("twice").isNull();
          count++;
        }
        assertThat(records.liveCount()).isEqualTo(count);
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void hasWhatAMapHas(long seed) throws IOException {
    Random random = new Random(seed);
    int keys = seed == 1 ? 40 : 6000;
    for (int round = 0; round < 60; round++) {
      int changes = random.nextInt(random.nextBoolean() ? 20 : 3000);
      for (int i = 0; i < changes; i++) {
        String key = "k" + random.nextInt(keys);
        if (random.nextInt(5) == 0) {
          remove(key);
        } else {
          put(key, "v".repeat(random.nextInt(40)) + random.nextInt() + ".");
        }
      }
      List<String> asked = new ArrayList<>();
      int step = 1 + random.nextInt(random.nextBoolean() ? 2 : 500);
      for (int k = random.nextInt(step); k < keys; k += step) {
        asked.add("k" + k);
      }
      Map<String, String> expected = new HashMap<>(model);
      expected.keySet().retainAll(asked);
      assertThat(find(asked)).isEqualTo(expected);
      if (round % 20 == 19) {
        assertThat(scan()).isEqualTo(model);
      }
    }
    pages.release();
    assertThat(scan()).isEqualTo(model);
  }

  @Test
  void pagesStayShortAsRowsCome() throws IOException {
    for (int i = 0; i < 50_000; i++) {
      put("key-" + i, i + ".");
    }
    assertThat(scan()).hasSize(50_000);
    assertThat(store.size()).isBetween(500, 2000);
  }

  @Test
  void pagesGoWithTheirRows() throws IOException {
    for (int i = 0; i < 5000; i++) {
      put("key-" + i, i + ".");
    }
    pages.release();
    for (int i = 0; i < 5000; i++) {
      remove("key-" + i);
    }
    assertThat(scan()).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void takesValuesLongerThanPages() throws IOException {
    put("long", "x".repeat(9_000_000) + ".");
    put("short", "y.");
    put("long", "z".repeat(300) + ".");
    put("other", "x".repeat(100_000) + ".");
    assertThat(find(List.of("long", "short", "other", "none"))).isEqualTo(model);
    assertThat(scan()).isEqualTo(model);
  }
}
