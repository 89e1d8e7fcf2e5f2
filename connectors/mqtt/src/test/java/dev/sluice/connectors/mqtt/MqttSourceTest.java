package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real broker. */
@Timeout(300)
class MqttSourceTest {
  @TempDir static Path brokerFolder;
  private static Broker broker;
  private static Mqtt5BlockingClient sender;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    broker = Broker.start(brokerFolder);
    sender =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(broker.port())
            .buildBlocking();
    sender.connect();
  }

  @AfterAll
  static void stop() {
    sender.disconnect();
    broker.close();
  }

  private void send(String topic, String payload) {
    sender
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(UTF_8))
        .send();
  }

  private Source source(Optional<Schema> declared, String... more) {
    MqttSourceType type = new MqttSourceType();
    Map<String, String> given =
        new HashMap<>(Map.of("brokerUrl", broker.url(), "topic", "[\"sensors/#\"]"));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    Clock clock =
        new Clock() {
          @Override
          public long millis() {
            return 1_700_000_000_000L;
          }

          @Override
          public long nanos() {
            return Clock.SYSTEM.nanos();
          }

          @Override
          public void sleep(long millis) throws InterruptedException {
            Clock.SYSTEM.sleep(millis);
          }
        };
    return type.open(
        Options.of(type.options(), given),
        declared,
        new SourceContext(
            "s",
            any -> new LocalFileStore(),
            clock,
            folder.resolve("sources/0").toString(),
            folder.toString(),
            2,
            Session.DEFAULT));
  }

  /** Asks until so many records are there. */
  private static Offset until(Source source, Offset from, long count) {
    Offset end = source.latestOffset(from, ReadLimit.ALL);
    while (Long.parseLong(end.json()) < count) {
      Wait.aMoment();
      end = source.latestOffset(from, ReadLimit.ALL);
    }
    return end;
  }

  private static List<List<Object>> read(Source source, Schema schema, Offset from, Offset to)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      try (BatchReader reader = split.open(new ScanRequest(schema, List.of(), 2))) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int row = 0; row < batch.rows(); row++) {
            List<Object> values = new ArrayList<>();
            for (Column column : batch.columns()) {
              Object value = column.value(row);
              values.add(value instanceof byte[] bytes ? new String(bytes, UTF_8) : value);
            }
            rows.add(values);
          }
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "5"})
  void messagesComeAsRows(String version) throws IOException {
    try (Source source = source(Optional.empty(), "version", version)) {
      Offset start = source.initialOffset();
      assertThat(source.latestOffset(start, ReadLimit.ALL)).isEqualTo(start);
      send("sensors/a", "1");
      send("other", "no");
      send("sensors/b/c", "2");
      Offset end = until(source, start, 2);
      List<List<Object>> rows = read(source, source.schema(), start, end);
      assertThat(rows)
          .containsExactly(
              List.of("sensors/a", "1", 1, false, 1_700_000_000_000_000L),
              List.of("sensors/b/c", "2", 1, false, 1_700_000_000_000_000L));
      assertThat(read(source, source.schema(), start, end)).isEqualTo(rows);
      assertThat(read(source, source.schema(), new Offset("1"), end)).isEqualTo(rows.subList(1, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "5"})
  void nothingIsLostBetweenTwoRuns(String version) throws IOException {
    Offset end;
    try (Source source = source(Optional.empty(), "version", version)) {
      source.latestOffset(source.initialOffset(), ReadLimit.ALL);
      send("sensors/a", "1");
      end = until(source, source.initialOffset(), 1);
    }
    send("sensors/a", "2");
    send("sensors/a", "3");
    try (Source source = source(Optional.empty(), "version", version)) {
      // The batch that was planned before is given again, then what the broker kept.
      assertThat(read(source, source.schema(), source.initialOffset(), end)).hasSize(1);
      Offset next = until(source, end, 3);
      assertThat(read(source, source.schema(), end, next))
          .extracting(row -> row.get(1))
          .containsExactly("2", "3");
      source.commit(next);
    }
    try (Source source = source(Optional.empty(), "version", version)) {
      assertThat(source.latestOffset(new Offset("3"), ReadLimit.ALL)).isEqualTo(new Offset("3"));
      send("sensors/a", "4");
      assertThat(until(source, new Offset("3"), 4)).isEqualTo(new Offset("4"));
    }
  }

  @Test
  void valuesAreDecoded() throws IOException {
    Schema schema =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("t", AtomicType.DOUBLE));
    try (Source source =
        source(Optional.of(schema), "valueFormat", "json", "maxRecordsPerTrigger", "1")) {
      Offset start = source.initialOffset();
      source.latestOffset(start, ReadLimit.ALL);
      send("sensors/a", "{\"id\": 7, \"t\": 1.5}");
      send("sensors/a", "{\"id\": 8}");
      Offset end = until(source, start, 2);
      assertThat(source.latestOffset(start, ReadLimit.CONFIGURED)).isEqualTo(new Offset("1"));
      Schema wanted = new Schema(List.of(schema.field(0), source.hiddenColumns().field(0)));
      assertThat(read(source, wanted, start, end))
          .containsExactly(
              List.of(7L, List.of("sensors/a", 1, false, 1_700_000_000_000_000L)),
              List.of(8L, List.of("sensors/a", 1, false, 1_700_000_000_000_000L)));
    }
  }

  private Source at(Path checkpoint, boolean recovered, String... more) {
    MqttSourceType type = new MqttSourceType();
    Map<String, String> given =
        new HashMap<>(Map.of("brokerUrl", broker.url(), "topic", "[\"own/#\"]"));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return type.open(
        Options.of(type.options(), given),
        Optional.empty(),
        new SourceContext(
            "s",
            any -> new LocalFileStore(),
            Clock.SYSTEM,
            checkpoint.resolve("sources/0").toString(),
            folder.toString(),
            1,
            true,
            recovered,
            Session.DEFAULT));
  }

  private static String idIn(Path checkpoint) throws IOException {
    return Files.readString(checkpoint.resolve("sources/0/clientId"));
  }

  @Test
  void eachCheckpointHasAClientIdOfItsOwnThatStays() throws IOException {
    Path one = folder.resolve("one");
    at(one, false).close();
    String id = idIn(one);
    assertThat(id).matches("sluice-[0-9a-f]{16}");
    Path other = folder.resolve("other");
    at(other, false).close();
    assertThat(idIn(other)).isNotEqualTo(id);
    Path moved = Files.move(one, folder.resolve("moved"));
    at(moved, true).close();
    assertThat(idIn(moved)).isEqualTo(id);
  }

  @Test
  void aCheckpointOfAnEarlierVersionKeepsTheIdOfItsPlace() throws IOException {
    Path old = folder.resolve("old");
    byte[] place = old.resolve("sources/0").toString().getBytes(UTF_8);
    String id = "sluice-" + UUID.nameUUIDFromBytes(place).toString().substring(0, 8);
    try (Source before = at(old, false, "clientId", id)) {
      before.latestOffset(before.initialOffset(), ReadLimit.ALL);
    }
    send("own/a", "sent while nobody was there");
    try (Source now = at(old, true, "settle", "5s")) {
      assertThat(idIn(old)).isEqualTo(id);
      ((SupportsAvailableNow) now).prepareForAvailableNow();
      assertThat(now.latestOffset(now.initialOffset(), ReadLimit.ALL).json()).isEqualTo("1");
    }
  }

  @Test
  void whoseSessionIsTakenEndsAndSaysSo() {
    try (Source first = at(folder.resolve("a"), false, "clientId", "shared");
        Source second = at(folder.resolve("b"), false, "clientId", "shared")) {
      first.latestOffset(first.initialOffset(), ReadLimit.ALL);
      second.latestOffset(second.initialOffset(), ReadLimit.ALL);
      assertThatThrownBy(
              () -> {
                while (true) {
                  first.latestOffset(first.initialOffset(), ReadLimit.ALL);
                  Wait.aMoment();
                }
              })
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("as 'shared' and gets the messages now; end it, or give each");
      second.latestOffset(second.initialOffset(), ReadLimit.ALL);
    }
  }

  @Test
  void aConnectionMayNotBeSilentForDays() {
    assertThat(
            check(Map.of("brokerUrl", broker.url(), "topic", "[\"a\"]", "keepAlive", "18h")).all())
        .isEmpty();
    Problems problems = new Problems();
    MqttSourceType type = new MqttSourceType();
    type.check(
        Options.of(
            type.options(),
            Map.of("brokerUrl", broker.url(), "topic", "[\"a\"]", "keepAlive", "1d")),
        problems);
    assertThat(problems.all()).singleElement().asString().contains("no keep-alive of more than");
  }

  @Test
  void aBrokerThatIsNotThereIsNamed() {
    String nowhere = "tcp://127.0.0.1:1";
    try (Source source =
        source(Optional.empty(), "brokerUrl", nowhere, "connectionTimeout", "2s")) {
      assertThatThrownBy(() -> source.latestOffset(source.initialOffset(), ReadLimit.ALL))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the MQTT broker at '" + nowhere + "' cannot be reached")
          .hasMessageContaining("Connection refused");
    }
  }

  @Test
  void mistakesAreFoundBeforeAnythingIsTouched() {
    MqttSourceType type = new MqttSourceType();
    Problems problems = new Problems();
    type.check(
        Options.of(
            type.options(), Map.of("brokerUrl", "http://x", "topic", "[\"a/b#\"]", "QoS", "3")),
        problems);
    assertThat(problems.all()).hasSizeGreaterThanOrEqualTo(1);
    assertThat(MqttAddress.parse("ssl://h")).contains(new MqttAddress("h", 8883, true));
    assertThat(MqttAddress.parse("tcp://me:pw@h")).isEmpty();
  }

  private static Problems check(Map<String, String> given) {
    MqttSourceType type = new MqttSourceType();
    Problems problems = new Problems();
    type.checkConnection(
        new ConnectionRequest(
            "sensors",
            Options.of(type.options(), given),
            Optional.empty(),
            List.of(),
            OutputMode.APPEND,
            true,
            any -> new LocalFileStore(),
            "/",
            Session.DEFAULT,
            Clock.SYSTEM,
            3000),
        problems);
    return problems;
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "5"})
  void lookingForTheBrokerDoesNotTakeWhatIsKeptForAPipeline(String version) throws IOException {
    try (Source source =
        source(Optional.empty(), "version", version, "clientId", "kept" + version)) {
      source.latestOffset(source.initialOffset(), ReadLimit.ALL);
    }
    send("sensors/kept" + version, "for the pipeline");
    Map<String, String> given =
        Map.of("brokerUrl", broker.url(), "topic", "[\"sensors/#\"]", "version", version);
    assertThat(check(given).all()).isEmpty();
    try (Source source =
        source(
            Optional.empty(), "version", version, "clientId", "kept" + version, "settle", "5s")) {
      ((SupportsAvailableNow) source).prepareForAvailableNow();
      Offset end = source.latestOffset(source.initialOffset(), ReadLimit.ALL);
      assertThat(end.json()).isEqualTo("1");
    }
  }

  @Test
  void aBrokerThatIsNotThereIsToldWithinTheTime() {
    assertThat(check(Map.of("brokerUrl", "tcp://127.0.0.1:1", "topic", "[\"a\"]")).all())
        .singleElement()
        .asString()
        .contains("the MQTT broker at 'tcp://127.0.0.1:1' cannot be reached", "see that it runs");
  }
}
