package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.jspecify.annotations.Nullable;

/** The records of one range as batches. */
final class KafkaBatchReader implements BatchReader {
  private final OffsetRange range;
  private final FetcherPool pool;
  private final Fetcher fetcher;
  private final DataLoss losses;
  private final ScanRequest request;
  private final Optional<MessageDecoder> decoder;
  private final List<Field> ofRecord;
  private final int batchRows;
  private long[] offsets;
  private long until;
  private boolean ended;
  private boolean broken;

  /**
   * @param decoders makes the decoder for those of the wanted columns that are in values; empty if
   *     the columns are Kafka's own
   */
  KafkaBatchReader(
      OffsetRange range,
      FetcherPool pool,
      DataLoss losses,
      ScanRequest request,
      Optional<Function<Schema, MessageDecoder>> decoders) {
    this.range = range;
    this.pool = pool;
    this.losses = losses;
    this.request = request;
    this.until = range.until();
    // A small range needs no room for a large one.
    this.batchRows = (int) Math.max(1, Math.min(request.batchRows(), until - range.from()));
    this.offsets = new long[batchRows];
    List<Field> inValue = new ArrayList<>();
    List<Field> others = new ArrayList<>();
    for (Field field : request.schema().fields()) {
      boolean value = decoders.isPresent() && !field.equals(RecordSchema.HIDDEN.field(0));
      (value ? inValue : others).add(field);
    }
    this.ofRecord = others;
    this.decoder = decoders.map(make -> make.apply(new Schema(inValue)));
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
        ofRecord, range.partition().topic(), range.partition().partition(), batchRows);
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
    } catch (PipelineException e) {
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
    if (decoder.isEmpty()) {
      return;
    }
    ByteBuffer value = record.value();
    if (value == null) {
      decoder.get().decodeNull();
      return;
    }
    try {
      decoder
          .get()
          .decode(value.array(), value.arrayOffset() + value.position(), value.remaining());
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
    List<Column> own = columns.columns();
    if (decoder.isEmpty()) {
      return new Batch(request.schema(), own, columns.rows());
    }
    MessageDecoder.Decoded decoded;
    try {
      decoded = decoder.get().take();
    } catch (RecordException e) {
      throw bad(e, offsets[(int) Math.min(columns.rows() - 1L, Math.max(0, e.offset()))]);
    }
    Batch values = decoded.batch();
    List<Column> all = new ArrayList<>(request.schema().size());
    int value = 0;
    int other = 0;
    for (Field field : request.schema().fields()) {
      if (other < ofRecord.size() && field == ofRecord.get(other)) {
        Column column = own.get(other++);
        all.add(
            decoded.isComplete()
                ? column
                : column.select(Arrays.copyOf(decoded.messages(), values.rows()), values.rows()));
      } else {
        all.add(values.column(value++));
      }
    }
    return new Batch(request.schema(), all, values.rows());
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
      } catch (PipelineException e) {
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
