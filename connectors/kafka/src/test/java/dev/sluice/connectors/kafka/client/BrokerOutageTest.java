package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that goes away and comes back, {@code -Dsluice.kafka.outage=30} seconds later; a login
 * that it refuses.
 */
final class BrokerOutageTest {
  private static final int OUTAGE_SECONDS = Integer.getInteger("sluice.kafka.outage", 0);
  private static final Schema VALUE = Schema.of(new Field("value", AtomicType.STRING));

  @TempDir Path folder;

  private static Sink sink(Broker broker) {
    LocalFileStore files = new LocalFileStore();
    KafkaSinkType type = new KafkaSinkType();
    return type.open(
        VALUE,
        List.of(),
        OutputMode.APPEND,
        Options.of(
            type.options(), Map.of(ClientConfig.SERVERS, broker.servers(), "topic", "outage")),
        SinkContexts.of("q", location -> files).queryId("outage").build());
  }

  private static Batch value(String text) {
    return new Batch(VALUE, List.of(ConstantColumn.of(AtomicType.STRING, text, 1)), 1);
  }

  /**
   * Asks until these records are there. Besides them the log holds the marks of transactions, one
   * more of them when a broker did not come to note that it had written one.
   */
  private static Offset next(Source source, Offset from, String... expected) {
    return SourceHarness.news(
        source,
        from,
        to ->
            !to.equals(from)
                && SourceHarness.rows(source, from, to, "value").equals(List.of(expected)));
  }

  private static CompletableFuture<Void> comesBack(Broker broker) {
    return CompletableFuture.runAsync(
        broker::start, CompletableFuture.delayedExecutor(OUTAGE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void readingAndWritingGoOnWhenTheBrokerComesBack() {
    try (Broker broker = new Broker(folder.resolve("broker"))) {
      broker.create("outage", 1);
      SourceHarness harness = new SourceHarness(broker, folder.resolve("checkpoint"));
      try (Source source =
              harness.open(
                  "subscribe",
                  "outage",
                  "startingOffsets",
                  "earliest",
                  "kafka.isolation.level",
                  "read_committed");
          Sink sink = sink(broker)) {
        Offset from = source.initialOffset();
        try (Write write = sink.begin(0)) {
          Write.Part part = write.part(0);
          part.write(value("before"));
          part.finish();
          broker.kill();
          CompletableFuture<Void> back = comesBack(broker);
          part.write(value("after"));
          part.finish();
          write.commit();
          back.join();
        }
        Offset to = next(source, from, "before", "after");
        broker.kill();
        CompletableFuture<Void> back = comesBack(broker);
        back.join();
        try (Write write = sink.begin(1)) {
          write.part(0).write(value("again"));
          write.commit();
        }
        next(source, to, "again");
      }
    }
  }

  /** Which topics there are is asked of the brokers, too. */
  @Test
  void aTopicThatARowNamesForTheFirstTimeIsWaitedFor() {
    Schema schema =
        Schema.of(new Field("topic", AtomicType.STRING), new Field("value", AtomicType.STRING));
    try (Broker broker = new Broker(folder.resolve("broker"))) {
      broker.create("first", 1);
      broker.create("second", 1);
      LocalFileStore files = new LocalFileStore();
      KafkaSinkType type = new KafkaSinkType();
      Map<String, String> given =
          Map.of(
              ClientConfig.SERVERS,
              broker.servers(),
              // A client that gives up before the broker is there again.
              "kafka.default.api.timeout.ms",
              "5000",
              "kafka.request.timeout.ms",
              "3000");
      try (Sink sink =
              type.open(
                  schema,
                  List.of(),
                  OutputMode.APPEND,
                  Options.of(type.options(), given),
                  SinkContexts.of("q", location -> files).queryId("topics").build());
          Write write = sink.begin(0)) {
        Write.Part part = write.part(0);
        part.write(row(schema, "first", "a"));
        part.finish();
        broker.kill();
        long before = sink.retried().count();
        CompletableFuture<Void> back =
            CompletableFuture.runAsync(
                () -> {
                  while (sink.retried().count() == before) {
                    Wait.aMoment();
                  }
                  broker.start();
                });
        part.write(row(schema, "second", "b"));
        part.finish();
        write.commit();
        back.join();
      }
      assertThat(broker.values("second")).containsExactly("b");
    }
  }

  private static Batch row(Schema schema, String topic, String value) {
    return new Batch(
        schema,
        List.of(
            ConstantColumn.of(AtomicType.STRING, topic, 1),
            ConstantColumn.of(AtomicType.STRING, value, 1)),
        1);
  }

  @Test
  void refusedLoginIsToldAtOnceAndWithoutThePassword() {
    String jaas =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
            + " password=\"%s\"%s;";
    try (Broker broker =
        new Broker(
            folder.resolve("broker"),
            "listeners=SASL_PLAINTEXT://127.0.0.1:PORT,CONTROLLER://127.0.0.1:CONTROLLER",
            "advertised.listeners=SASL_PLAINTEXT://127.0.0.1:PORT",
            "inter.broker.listener.name=SASL_PLAINTEXT",
            "sasl.enabled.mechanisms=PLAIN",
            "sasl.mechanism.inter.broker.protocol=PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config="
                + jaas.formatted("right", " user_u=\"right\""))) {
      SourceHarness harness = new SourceHarness(broker, folder.resolve("checkpoint"));
      assertThatThrownBy(() -> open(harness, jaas.formatted("wr0ng", "")))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("refuse the login")
          .hasMessageNotContaining("wr0ng");
      try (Source source = open(harness, jaas.formatted("right", ""))) {
        assertThatThrownBy(source::initialOffset).hasMessageContaining("there is no topic 'none'");
      }
    }
  }

  private static Source open(SourceHarness harness, String login) {
    return harness.open(
        "subscribe",
        "none",
        "kafka.security.protocol",
        "SASL_PLAINTEXT",
        "kafka.sasl.mechanism",
        "PLAIN",
        "kafka.sasl.jaas.config",
        login);
  }
}
