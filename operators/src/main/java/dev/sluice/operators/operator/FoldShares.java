package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The rows of an epoch dealt out by the hash of their keys, so that one share after the other can
 * be taken where the states of all keys do not fit the heap: a share has all rows of its keys, in
 * their order. Keys of one page ({@code SpilledPages}) are in one share, where there are pages
 * enough.
 */
final class FoldShares {
  private static final int MOST = 256;

  /** Of the keys those whose hash ends in the same bits: {@code rest} of that many. */
  record Share(int rest, int of) {}

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

    /** How many keys the rows have, more or less. */
    long keys() {
      // As many bits are set as keys fall on different ones.
      return (long) (-BITS * Math.log1p(-Math.min(set, BITS - 1.0) / BITS));
    }
  }

  /**
   * All shares, one after the other, each as large as there is room for by what is known of keys
   * when it is asked for.
   */
  static final class Shares {
    private final long keys;
    private int done;

    /** Of so many keys. */
    Shares(long keys) {
      this.keys = keys;
    }

    boolean hasNext() {
      return done < MOST;
    }

    /**
     * The next share.
     *
     * @param bytesAKey how much of the heap a key takes; 0 if that is not known, then it is small
     * @param room how much of it there is
     */
    Share next(long bytesAKey, long room) {
      // Shares follow one another in the order of the reversed bits, in which those of any power
      // of two are neighbours.
      int size = done == 0 ? MOST : Integer.lowestOneBit(done);
      while (size > 1 && (bytesAKey == 0 || keys * size / MOST > room / bytesAKey)) {
        size /= 2;
      }
      int of = MOST / size;
      int rest = Integer.reverse(done) >>> Integer.SIZE - Integer.numberOfTrailingZeros(MOST);
      done += size;
      return new Share(rest & of - 1, of);
    }
  }

  /** A share, in batches that are worth folding; joined when they are asked for. */
  Iterable<Batch> share(Share share) {
    return () ->
        new Iterator<>() {
          private int next;
          private final List<Batch> waiting = new ArrayList<>();
          private int waitingRows;

          @Override
          public boolean hasNext() {
            while (waitingRows < Batch.TARGET_ROWS && next < rows.size()) {
              add(chosen(next++, share));
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

  private Batch chosen(int number, Share share) {
    byte[] part = parts.get(number);
    int[] chosen = new int[part.length];
    int count = 0;
    for (int row = 0; row < part.length; row++) {
      if ((part[row] & share.of() - 1) == share.rest()) {
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
