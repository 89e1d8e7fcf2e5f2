package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A histogram of at most so many bars, each a place and a height: where there are too many, the two
 * closest become one between them (Ben-Haim and Tom-Tov's streaming histogram). Of pairs that are
 * equally close a fixed series of chances picks one, the same that Hive and Spark use.
 */
final class Histogram implements Sketch {
  private static final long SEED = 31183;

  private final int most;
  private final ToDouble value;
  private final Random chance = new Random(SEED);
  private double[] places = new double[16];
  private double[] heights = new double[16];
  private int bars;

  /** A value of the column as a number. */
  @FunctionalInterface
  interface ToDouble {
    double of(FlatColumn column, int row);
  }

  Histogram(int most, ToDouble value) {
    this.most = most;
    this.value = value;
  }

  int bars() {
    return bars;
  }

  double place(int bar) {
    return places[bar];
  }

  double height(int bar) {
    return heights[bar];
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    double place = value.of(arguments.get(0), row);
    int at = 0;
    int end = bars;
    while (at < end) {
      int middle = (at + end) >>> 1;
      if (places[middle] < place) {
        at = middle + 1;
      } else {
        end = middle;
      }
    }
    if (at < bars && places[at] == place) {
      heights[at]++;
      return;
    }
    insert(at, place, 1);
    trim();
  }

  private void insert(int at, double place, double height) {
    if (bars == places.length) {
      places = Arrays.copyOf(places, bars * 2);
      heights = Arrays.copyOf(heights, bars * 2);
    }
    System.arraycopy(places, at, places, at + 1, bars - at);
    System.arraycopy(heights, at, heights, at + 1, bars - at);
    places[at] = place;
    heights[at] = height;
    bars++;
  }

  private void trim() {
    while (bars > most) {
      double least = places[1] - places[0];
      int closest = 0;
      int ties = 1;
      for (int i = 1; i < bars - 1; i++) {
        double gap = places[i + 1] - places[i];
        if (gap < least) {
          least = gap;
          closest = i;
          ties = 1;
        } else if (gap == least && chance.nextDouble() <= 1.0 / ++ties) {
          closest = i;
        }
      }
      unite(closest);
    }
  }

  private void unite(int bar) {
    double height = heights[bar] + heights[bar + 1];
    places[bar] =
        places[bar] * (heights[bar] / height) + places[bar + 1] / height * heights[bar + 1];
    heights[bar] = height;
    System.arraycopy(places, bar + 2, places, bar + 1, bars - bar - 2);
    System.arraycopy(heights, bar + 2, heights, bar + 1, bars - bar - 2);
    bars--;
  }

  @Override
  public void merge(byte[] other) {
    ByteBuffer in = ByteBuffer.wrap(other);
    while (in.remaining() > 0) {
      double place = in.getDouble();
      int at = 0;
      while (at < bars && places[at] < place) {
        at++;
      }
      double height = in.getDouble();
      if (at < bars && places[at] == place) {
        heights[at] += height;
      } else {
        insert(at, place, height);
      }
    }
    trim();
  }

  @Override
  public byte[] write() {
    ByteBuffer out = ByteBuffer.allocate(bars * 16);
    for (int i = 0; i < bars; i++) {
      out.putDouble(places[i]).putDouble(heights[i]);
    }
    return out.array();
  }
}
