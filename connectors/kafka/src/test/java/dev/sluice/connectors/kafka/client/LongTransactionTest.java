package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that takes longer than the brokers let a transaction last. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class LongTransactionTest {
  private static final String TOPIC = "long";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysThatTheBatchIsTooLargeAndWhatToDo(boolean more) {
    try (Broker broker =
        new Broker(folder, "transaction.abort.timed.out.transaction.cleanup.interval.ms=100")) {
      broker.create(TOPIC, 1);
      try (Sink sink =
          SinkHarness.open(broker.servers(), TOPIC, "kafka.transaction.timeout.ms", "1000")) {
        try (Write write = sink.begin(0)) {
          write.part(0).write(SinkHarness.value("short"));
          write.commit();
        }
        Write write = sink.begin(1);
        Write.Part part = write.part(0);
        part.write(SinkHarness.value("a"));
        part.finish();
        awaitUndone(broker);
        assertThatThrownBy(
                () -> {
                  if (more) {
                    part.write(SinkHarness.value("b"));
                    part.finish();
                  }
                  write.commit();
                })
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("batch 1 took longer than a transaction may last, 1000 milli")
            .hasMessageContaining("maxOffsetsPerTrigger")
            .hasMessageContaining("checkpoint rewind FOLDER --to 0");
        write.close();
      }
    }
  }

  /** The second batch is of the second id. */
  private static void awaitUndone(Broker broker) {
    String id = "sluice-" + TOPIC + "-0-2";
    TransactionState state;
    do {
      state = Broker.get(broker.admin().describeTransactions(List.of(id)).description(id)).state();
    } while (state != TransactionState.COMPLETE_ABORT);
  }
}
