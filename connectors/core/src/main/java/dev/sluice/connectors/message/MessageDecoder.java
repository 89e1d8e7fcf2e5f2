package dev.sluice.connectors.message;

import dev.sluice.operators.data.Batch;

/**
 * The values of messages to rows. A message gives exactly one row, or none where its {@code mode}
 * drops malformed ones. Not thread-safe.
 */
public interface MessageDecoder {
  /**
   * Decodes the value in {@code data[start .. start + length)}; the array is not kept. Throws
   * {@link dev.sluice.operators.codec.RecordException} for a value that must stop the query.
   */
  void decode(byte[] data, int start, int length);

  /** A message without a value: a row of nulls. */
  void decodeNull();

  /** Rows since the last {@link #take}, or a number not below it before values are looked at. */
  int rows();

  /**
   * The rows of the messages decoded since the last call; the next batch begins. May throw as
   * {@link #decode}.
   *
   * @return the batch, and which message each row is of if some gave none
   */
  Decoded take();

  /**
   * Rows and where they came from.
   *
   * @param messages the number of the message, in order of decoding, of each row; empty if each
   *     gave one
   */
  record Decoded(Batch batch, int[] messages) {
    /** Every message gave one row. */
    public static Decoded complete(Batch batch) {
      return new Decoded(batch, new int[0]);
    }

    /** True if every message gave one row. */
    public boolean isComplete() {
      return messages.length == 0;
    }
  }
}
