package dev.sluice.operators.expression;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import java.util.Arrays;

/** Where keys stand in maps. */
public final class MapKeys {
  private MapKeys() {}

  /**
   * The position, in the key and value columns, of the entry that each map has for the key of its
   * row: the first one; -1 if there is none, or if the map or the key is null.
   *
   * @param sought keys of the maps' key type, in any shape
   */
  public static int[] find(MapColumn maps, Column sought, int rows) {
    FlatColumn wanted = Flats.base(sought);
    int mask = Flats.mask(sought);
    FlatColumn keys = maps.keys().flatten();
    Validity valid = maps.validity().and(Flats.validity(sought), rows);
    int[] found = new int[rows];
    Arrays.fill(found, -1);
    if (keys instanceof BytesColumn texts && !(keys.type() instanceof CollatedType)) {
      findBytes(maps, texts, (BytesColumn) wanted, mask, valid, found);
    } else if (keys instanceof IntColumn ints) {
      findInts(maps, ints, (IntColumn) wanted, mask, valid, found);
    } else if (keys instanceof LongColumn longs) {
      findLongs(maps, longs, (LongColumn) wanted, mask, valid, found);
    } else {
      findAny(maps, keys, wanted, mask, valid, found);
    }
    return found;
  }

  private static void findBytes(
      MapColumn maps, BytesColumn keys, BytesColumn wanted, int mask, Validity valid, int[] found) {
    byte[] data = keys.data();
    int[] starts = keys.starts();
    int[] lengths = keys.lengths();
    byte[] text = wanted.data();
    for (int i = 0; i < found.length; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int from = wanted.starts()[i & mask];
      int length = wanted.lengths()[i & mask];
      int end = maps.starts()[i] + maps.lengths()[i];
      for (int k = maps.starts()[i]; k < end; k++) {
        int start = starts[k];
        if (lengths[k] == length
            && (length == 0 || data[start] == text[from])
            && (length < 2
                || Arrays.equals(data, start, start + length, text, from, from + length))) {
          found[i] = k;
          break;
        }
      }
    }
  }

  private static void findInts(
      MapColumn maps, IntColumn keys, IntColumn wanted, int mask, Validity valid, int[] found) {
    int[] values = keys.values();
    for (int i = 0; i < found.length; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int key = wanted.get(i & mask);
      int end = maps.starts()[i] + maps.lengths()[i];
      int k = maps.starts()[i];
      while (k < end && values[k] != key) {
        k++;
      }
      found[i] = k < end ? k : -1;
    }
  }

  private static void findLongs(
      MapColumn maps, LongColumn keys, LongColumn wanted, int mask, Validity valid, int[] found) {
    long[] values = keys.values();
    for (int i = 0; i < found.length; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      long key = wanted.get(i & mask);
      int end = maps.starts()[i] + maps.lengths()[i];
      int k = maps.starts()[i];
      while (k < end && values[k] != key) {
        k++;
      }
      found[i] = k < end ? k : -1;
    }
  }

  private static void findAny(
      MapColumn maps, FlatColumn keys, FlatColumn wanted, int mask, Validity valid, int[] found) {
    ValueOrder order = ValueOrder.of(keys.type());
    for (int i = 0; i < found.length; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int end = maps.starts()[i] + maps.lengths()[i];
      for (int k = maps.starts()[i]; k < end && found[i] < 0; k++) {
        found[i] = order.valid(keys, k, wanted, i & mask) == 0 ? k : -1;
      }
    }
  }
}
