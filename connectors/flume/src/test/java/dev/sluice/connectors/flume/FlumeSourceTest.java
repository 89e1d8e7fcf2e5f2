package dev.sluice.connectors.flume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flume.Context;
import org.apache.flume.Event;
import org.apache.flume.EventDeliveryException;
import org.apache.flume.Transaction;
import org.apache.flume.api.RpcClient;
import org.apache.flume.api.RpcClientFactory;
import org.apache.flume.channel.MemoryChannel;
import org.apache.flume.conf.Configurables;
import org.apache.flume.event.EventBuilder;
import org.apache.flume.sink.AvroSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With Flume's own client, and a sink of a real agent, at the other end. */
@Timeout(300)
class FlumeSourceTest {
  @TempDir Path folder;

  private static void send(int port, List<Event> events, String... properties)
      throws EventDeliveryException {
    RpcClient client = RpcClientFactory.getInstance(Agent.properties(port, properties));
    try {
      client.append(events.get(0));
      client.appendBatch(events.subList(1, events.size()));
    } finally {
      client.close();
    }
  }

  private static List<Event> events(String... bodies) {
    List<Event> events = new ArrayList<>();
    for (String body : bodies) {
      events.add(EventBuilder.withBody(body, UTF_8, Map.of("host", "h1")));
    }
    return events;
  }

  @Test
  void keepsWhatAClientSends() throws EventDeliveryException {
    Offset end;
    List<String> rows;
    try (Source source = Sources.open(folder, Optional.empty())) {
      send(Sources.start(source), events("a", "b", "c"));
      end = source.latestOffset(new Offset("0"), ReadLimit.ALL);
      assertThat(end).as("all that was acknowledged is there at once").isEqualTo(new Offset("3"));
      rows = Sources.rows(source, new Offset("0"), end);
      assertThat(rows).hasSize(3).allMatch(row -> row.startsWith("[host=h1]|"));
      assertThat(rows.get(1)).startsWith("[host=h1]|b|");
    }
    try (Source source = Sources.open(folder, Optional.empty())) {
      assertThat(Sources.rows(source, new Offset("0"), end)).isEqualTo(rows);
    }
  }

  @Test
  void takesTheEventsOfAnAgentsSink() throws EventDeliveryException {
    try (Source source = Sources.open(folder, Optional.empty())) {
      int port = Sources.start(source);
      MemoryChannel channel = new MemoryChannel();
      Configurables.configure(channel, new Context());
      channel.start();
      Transaction transaction = channel.getTransaction();
      transaction.begin();
      events("a", "b", "c", "d", "e").forEach(channel::put);
      transaction.commit();
      transaction.close();
      AvroSink sink = new AvroSink();
      sink.setChannel(channel);
      Configurables.configure(
          sink,
          new Context(
              Map.of("hostname", "127.0.0.1", "port", Integer.toString(port), "batch-size", "2")));
      sink.start();
      for (int i = 0; i < 3; i++) {
        sink.process();
      }
      sink.stop();
      channel.stop();
      Offset end = Sources.until(source, new Offset("0"), 5);
      Schema body = Schema.of(source.schema().field(1));
      assertThat(Sources.rows(source, body, new Offset("0"), end))
          .containsExactly("a", "b", "c", "d", "e");
    }
  }

  @Test
  void inflatesWhatComesCompressed() throws EventDeliveryException {
    String large = "x".repeat(100_000);
    try (Source source = Sources.open(folder, Optional.empty(), "compression-type", "deflate")) {
      send(Sources.start(source), events("a", large), "compression-type", "deflate");
      Schema body = Schema.of(source.schema().field(1));
      assertThat(Sources.rows(source, body, new Offset("0"), new Offset("2")))
          .containsExactly("a", large);
    }
  }

  @Test
  void speaksTls() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    try (Source source =
        Sources.open(
            folder, Optional.empty(), "keystore", "keys.p12", "keystorePassword", "changeit")) {
      int port = Sources.start(source);
      send(port, events("a", "b"), "ssl", "true", "trust-all-certs", "true");
      assertThat(source.latestOffset(new Offset("0"), ReadLimit.ALL)).isEqualTo(new Offset("2"));
      assertThatThrownBy(() -> send(port, events("c", "d"))).isNotNull();
    }
    assertThatThrownBy(
            () ->
                Sources.start(
                    Sources.open(
                        folder,
                        Optional.empty(),
                        "keystore",
                        "keys.p12",
                        "keystorePassword",
                        "wrong")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("keys.p12")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void decodesBodiesByTheSchema() throws EventDeliveryException {
    Schema schema = Schema.of(new Field("n", AtomicType.INT));
    try (Source source = Sources.open(folder, Optional.of(schema), "valueFormat", "json")) {
      send(Sources.start(source), events("{\"n\": 1}", "no json", "{\"n\": 3}"));
      Schema wanted = new Schema(List.of(schema.field(0), source.hiddenColumns().field(0)));
      assertThat(Sources.rows(source, wanted, new Offset("0"), new Offset("3")))
          .hasSize(3)
          .anyMatch(row -> row.startsWith("1|") && row.contains("host=h1"));
    }
  }

  @Test
  void takesMoreThanWaitsInMemory() {
    try (Source source = Sources.open(folder, Optional.empty());
        Agent agent = new Agent(Sources.start(source))) {
      String filler = "x".repeat(100_000);
      for (int batch = 0; batch < 10; batch++) {
        int first = batch * 50;
        agent.send(IntStream.range(first, first + 50).mapToObj(i -> i + filler).toList());
      }
      Offset end = Sources.until(source, new Offset("0"), 500);
      assertThat(end).isEqualTo(new Offset("500"));
    }
  }

  @Test
  void whatIsStoppedInMidStreamBringsNothingTwice() {
    String port = Integer.toString(FreePort.find());
    int batches = 300;
    try (Agent agent = new Agent(Integer.parseInt(port))) {
      for (int batch = 0; batch < batches; batch++) {
        int first = batch * 7;
        agent.send(IntStream.range(first, first + 7).mapToObj(Integer::toString).toList());
      }
      for (int stops = 1; stops <= 5; stops++) {
        try (Source source = Sources.open(folder, Optional.empty(), "port", port)) {
          Sources.start(source);
          Sources.until(source, new Offset("0"), stops * 300L);
        }
      }
      try (Source source = Sources.open(folder, Optional.empty(), "port", port)) {
        Sources.start(source);
        while (agent.acknowledged().size() < batches * 7) {
          Sources.until(source, new Offset("0"), 0);
        }
        Offset end = source.latestOffset(new Offset("0"), ReadLimit.ALL);
        Schema body = Schema.of(source.schema().field(1));
        assertThat(Sources.rows(source, body, new Offset("0"), end))
            .isEqualTo(agent.acknowledged());
      }
    }
  }

  @Test
  void namesTheAddressThatIsTaken() throws IOException {
    try (Source source = Sources.open(folder.resolve("a"), Optional.empty())) {
      int port = Sources.start(source);
      try (Source second =
          Sources.open(folder.resolve("b"), Optional.empty(), "port", Integer.toString(port))) {
        assertThatThrownBy(() -> Sources.start(second))
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("cannot listen for Flume agents at '127.0.0.1:" + port + "'");
      }
    }
  }

  @Test
  void reportsOptionsThatDoNotGoTogether() {
    FlumeSourceType type = new FlumeSourceType();
    Problems problems = new Problems();
    type.check(Options.of(type.options(), Map.of("port", "70000")), problems);
    type.check(
        Options.of(
            type.options(), Map.of("port", "1", "truststore", "t", "truststorePassword", "p")),
        problems);
    type.check(Options.of(type.options(), Map.of("port", "1", "keystore", "k")), problems);
    assertThat(problems.all().stream().map(problem -> problem.code()))
        .containsExactly("invalid-option-value", "missing-option", "missing-option");
  }
}
