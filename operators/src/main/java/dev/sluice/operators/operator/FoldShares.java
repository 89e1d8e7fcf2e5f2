package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The rows of an epoch dealt out by the hash of their keys, so that one share after the other can
 * be taken where the states of all keys do not fit the heap: a share has all rows of its keys, in
 * their order. Keys of one page ({@link SpilledPages}) are in one share, where there are pages
 * enough.
 */
final class FoldShares {
  private static final int MOST = 256;

  /** How many bits there are to count keys by. */
  private static final int BITS = 1 << 22;

  private final List<Batch> rows;
  // Of each batch the lowest bits of its rows' hashes.
  private final List<byte[]> parts;

  private FoldShares(List<Batch> rows, List<byte[]> parts) {
    this.rows = rows;
    this.parts = parts;
  }

  /** Looks at rows, and counts how many keys they have, more or less. */
  static final class Dealer {
    private final KeyCodec codec;
    private final EvaluationContext context;
    private final KeyBatch batch = new KeyBatch();
    private final long[] bits = new long[BITS >> 6];
    private long set;

    Dealer(KeyCodec codec, EvaluationContext context) {
      this.codec = codec;
      this.context = context;
    }

    FoldShares deal(List<Batch> rows, Evaluations keys) {
      List<byte[]> parts = new ArrayList<>(rows.size());
      for (Batch some : rows) {
        codec.encode(keys.evaluate(some, context), some.rows(), batch);
        byte[] part = new byte[some.rows()];
        for (int row = 0; row < part.length; row++) {
          int hash = batch.hashes[row];
          part[row] = (byte) hash;
          int bit = hash & BITS - 1;
          set += ~bits[bit >> 6] >>> bit & 1L;
          bits[bit >> 6] |= 1L << bit;
        }
        parts.add(part);
      }
      return new FoldShares(rows, parts);
    }

    /**
     * How many shares are wanted, a power of two.
     *
     * @param bytesAKey how much of the heap a key takes
     * @param room how much of it there is
     */
    int shares(long bytesAKey, long room) {
      // As many bits are set as keys fall on different ones.
      double keys = -BITS * Math.log1p(-Math.min(set, BITS - 1.0) / BITS);
      int shares = 1;
      while (shares < MOST && keys * bytesAKey > (double) room * shares) {
        shares *= 2;
      }
      return shares;
    }
  }

  /** One of so many shares, in batches that are worth folding; joined when they are asked for. */
  Iterable<Batch> share(int share, int shares) {
    return () ->
        new Iterator<>() {
          private int next;
          private final List<Batch> waiting = new ArrayList<>();
          private int waitingRows;

          @Override
          public boolean hasNext() {
            while (waitingRows < Batch.TARGET_ROWS && next < rows.size()) {
              add(chosen(next++, share, shares));
            }
            return waitingRows > 0;
          }

          private void add(Batch some) {
            if (some.rows() > 0) {
              waiting.add(some);
              waitingRows += some.rows();
            }
          }

          @Override
          public Batch next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            Batch all = joined(waiting, waitingRows);
            waiting.clear();
            waitingRows = 0;
            return all;
          }
        };
  }

  private Batch chosen(int number, int share, int shares) {
    byte[] part = parts.get(number);
    int[] chosen = new int[part.length];
    int count = 0;
    for (int row = 0; row < part.length; row++) {
      if ((part[row] & shares - 1) == share) {
        chosen[count++] = row;
      }
    }
    return rows.get(number).select(chosen, count);
  }

  private static Batch joined(List<Batch> some, int count) {
    if (some.size() == 1) {
      return some.get(0);
    }
    Schema schema = some.get(0).schema();
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      int column = c;
      columns.add(
          Columns.concatenate(
              schema.field(c).type(), some.stream().map(batch -> batch.column(column)).toList()));
    }
    return new Batch(schema, columns, count);
  }
}
