package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.jspecify.annotations.Nullable;

/** The records of one range as batches. */
final class KafkaBatchReader implements BatchReader {
  private final OffsetRange range;
  private final FetcherPool pool;
  private final Fetcher fetcher;
  private final DataLoss losses;
  private final MessageRows rows;
  private final int batchRows;
  private long[] offsets;
  private long until;
  private boolean ended;
  private boolean broken;

  KafkaBatchReader(
      OffsetRange range, FetcherPool pool, DataLoss losses, int batchRows, MessageRows rows) {
    this.range = range;
    this.pool = pool;
    this.losses = losses;
    this.rows = rows;
    this.batchRows = batchRows;
    this.until = range.until();
    this.offsets = new long[batchRows];
    this.fetcher = pool.acquire(range.partition(), range.from());
  }

  @Override
  public @Nullable Batch next() {
    if (ended) {
      return null;
    }
    RecordColumns columns = columns();
    while (columns.rows() < batchRows) {
      ConsumerRecord<ByteBuffer, ByteBuffer> record = nextRecord();
      if (record == null) {
        ended = true;
        break;
      }
      add(record, columns);
    }
    return columns.rows() == 0 ? null : batch(columns);
  }

  private RecordColumns columns() {
    return new RecordColumns(
        rows.own(), range.partition().topic(), range.partition().partition(), batchRows);
  }

  private void add(ConsumerRecord<ByteBuffer, ByteBuffer> record, RecordColumns columns) {
    offsets[columns.rows()] = record.offset();
    columns.add(record);
    decode(record);
  }

  /** The records that have come; null if none came in so long. For a range without end. */
  @Nullable Batch available(long waitMillis) {
    if (!await(waitMillis)) {
      return null;
    }
    RecordColumns columns = columns();
    while (columns.rows() < batchRows) {
      ConsumerRecord<ByteBuffer, ByteBuffer> record = fetcher.available();
      if (record == null) {
        break;
      }
      add(record, columns);
    }
    return columns.rows() == 0 ? null : batch(columns);
  }

  private boolean await(long waitMillis) {
    try {
      return fetcher.await(waitMillis);
    } catch (OffsetOutOfRangeException | Fetcher.LostRecords e) {
      broken = true;
      fetcher.start(
          losses.afterLoss(new OffsetRange(range.partition(), fetcher.position(), until), e));
      broken = false;
      return false;
    } catch (PipelineException | Error e) {
      broken = true;
      throw e;
    } catch (RuntimeException e) {
      broken = true;
      throw fetcher.failure(e);
    }
  }

  /** The offset behind the last record given. */
  long position() {
    return fetcher.position();
  }

  /** Where the log ends, as far as it is known; -1 if it is not. */
  long end() {
    return fetcher.end();
  }

  private void decode(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    ByteBuffer value = record.value();
    if (value == null) {
      rows.addNull();
      return;
    }
    try {
      rows.add(value.array(), value.arrayOffset() + value.position(), value.remaining());
    } catch (RecordException e) {
      throw bad(e, record.offset());
    }
  }

  private PipelineException bad(RecordException e, long offset) {
    broken = true;
    return new PipelineException(
        e.code(), range.partition() + " offset " + offset + ": " + e.getMessage(), e);
  }

  private Batch batch(RecordColumns columns) {
    try {
      return rows.take(columns.columns(), columns.rows());
    } catch (RecordException e) {
      throw bad(e, offsets[(int) Math.min(columns.rows() - 1L, Math.max(0, e.offset()))]);
    }
  }

  /** The next record of the range; records that are gone are an error, or left out. */
  private @Nullable ConsumerRecord<ByteBuffer, ByteBuffer> nextRecord() {
    while (true) {
      try {
        return fetcher.next(until);
      } catch (OffsetOutOfRangeException | Fetcher.LostRecords e) {
        long at = Math.max(range.from(), fetcher.position());
        broken = true;
        long next = losses.afterLoss(new OffsetRange(range.partition(), at, until), e);
        if (next >= until) {
          return null;
        }
        fetcher.start(next);
        broken = false;
      } catch (PipelineException | Error e) {
        broken = true;
        throw e;
      } catch (RuntimeException e) {
        broken = true;
        throw fetcher.failure(e);
      }
    }
  }

  @Override
  public void close() {
    if (broken) {
      fetcher.close();
    } else {
      pool.release(fetcher);
    }
  }
}
