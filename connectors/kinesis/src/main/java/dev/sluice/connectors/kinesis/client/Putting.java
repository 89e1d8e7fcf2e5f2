package dev.sluice.connectors.kinesis.client;

import dev.sluice.operators.io.Clock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Records on their way, as many in a request as Kinesis takes. Of a request some records may fail:
 * those, and no others, are sent again. For one worker.
 */
final class Putting {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 5 << 20;
  private static final int LARGEST_RECORD = 1 << 20;

  private final StreamClient client;
  private final Failures failures;
  private final Clock clock;
  private List<PutRecordsRequestEntry> waiting = new ArrayList<>();
  private int waitingBytes;

  Putting(StreamClient client, Failures failures, Clock clock) {
    this.client = client;
    this.failures = failures;
    this.clock = clock;
  }

  void add(String key, @Nullable String hash, byte[] data) {
    int bytes = data.length + key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LARGEST_RECORD) {
      throw failures.failure(
          "record-too-large",
          "a row of " + bytes + " bytes is too large for a record, which has at most 1 MiB");
    }
    if (waiting.size() == MOST_RECORDS || waitingBytes + bytes > MOST_BYTES) {
      flush();
    }
    waiting.add(
        PutRecordsRequestEntry.builder()
            .partitionKey(key)
            .explicitHashKey(hash)
            .data(SdkBytes.fromByteArrayUnsafe(data))
            .build());
    waitingBytes += bytes;
  }

  /** Returns when all records are in the stream. */
  void flush() {
    Patience patience = client.patience("writing records");
    while (!waiting.isEmpty()) {
      long pause;
      try {
        PutRecordsResponse answer = client.put(waiting);
        if (answer.failedRecordCount() == null || answer.failedRecordCount() == 0) {
          waiting = new ArrayList<>();
          break;
        }
        List<PutRecordsRequestEntry> failed = failed(answer.records());
        if (failed.size() < waiting.size()) {
          patience.succeeded();
        }
        waiting = failed;
        if (patience.tooLong()) {
          throw failures.failure(
              "kinesis-failed",
              failed.size() + " records are refused again and again: " + reason(answer.records()));
        }
        pause = patience.pause(reason(answer.records()));
      } catch (SdkException e) {
        pause = patience.failed(e);
      }
      try {
        clock.sleep(pause);
      } catch (InterruptedException e) {
        throw failures.interrupted();
      }
    }
    waitingBytes = 0;
  }

  private List<PutRecordsRequestEntry> failed(List<PutRecordsResultEntry> results) {
    List<PutRecordsRequestEntry> failed = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).errorCode() != null) {
        failed.add(waiting.get(i));
      }
    }
    return failed;
  }

  private static String reason(List<PutRecordsResultEntry> results) {
    return results.stream()
        .filter(result -> result.errorCode() != null)
        .findFirst()
        .map(result -> result.errorCode() + ": " + result.errorMessage())
        .orElse("");
  }
}
