package dev.sluice.operators.operator;

/** Rows by owner, start and end; equal ones stay in their order. */
final class SessionOrder {
  private final int[] owners;
  private final long[] starts;
  private final long[] ends;

  private SessionOrder(int[] owners, long[] starts, long[] ends) {
    this.owners = owners;
    this.starts = starts;
    this.ends = ends;
  }

  static int[] of(int[] owners, long[] starts, long[] ends, int count) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = i;
    }
    SessionOrder order = new SessionOrder(owners, starts, ends);
    int[] from = rows;
    int[] to = new int[count];
    // Merges runs of twice the length each time.
    for (int width = 1; width < count; width *= 2) {
      for (int low = 0; low < count; low += 2 * width) {
        int middle = Math.min(low + width, count);
        order.merge(from, low, middle, Math.min(middle + width, count), to);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private void merge(int[] rows, int low, int middle, int high, int[] into) {
    if (middle == high || !after(rows[middle - 1], rows[middle])) {
      System.arraycopy(rows, low, into, low, high - low);
      return;
    }
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean takeRight = left == middle || right < high && after(rows[left], rows[right]);
      into[i] = takeRight ? rows[right++] : rows[left++];
    }
  }

  private boolean after(int a, int b) {
    if (owners[a] != owners[b]) {
      return owners[a] > owners[b];
    }
    return starts[a] != starts[b] ? starts[a] > starts[b] : ends[a] > ends[b];
  }
}
