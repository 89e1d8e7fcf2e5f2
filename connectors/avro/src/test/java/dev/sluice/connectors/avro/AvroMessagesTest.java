package dev.sluice.connectors.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.file.RandomRows;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Retried;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AvroMessagesTest {
  private static final AvroMessages FORMAT = new AvroMessages();
  private static final Schema COLUMNS = TypeParser.parseSchema("id bigint, name string");
  private static final String BARE =
      """
      {"type": "record", "name": "r", "fields": [
        {"name": "id", "type": "long"}, {"name": "name", "type": ["null", "string"]}]}\
      """;

  @Test
  void readsAndWritesBareRecords() {
    List<byte[]> messages =
        encode(Map.of("avroSchema", BARE), COLUMNS, List.of(1L, "x"), Arrays.asList(-2L, null));

    assertThat(messages.stream().map(HexFormat.of()::formatHex))
        .containsExactly("02020278", "0300");
    assertThat(decode(Map.of("avroSchema", BARE), messages))
        .isEqualTo(List.of(List.of(1L, "x"), Arrays.asList(-2L, null)));
  }

  @Test
  void whatCannotBeReadIsHandledByTheMode() {
    List<byte[]> messages =
        List.of(new byte[] {2, 2, 2, 'x'}, new byte[] {2, 2, 20, 'x'}, new byte[] {4, 0});
    Map<String, String> options = new HashMap<>(Map.of("avroSchema", BARE));

    assertThat(decode(options, messages))
        .isEqualTo(List.of(List.of(1L, "x"), Arrays.asList(null, null), Arrays.asList(2L, null)));
    options.put("mode", "dropMalformed");
    MessageDecoder decoder = decoder(options);
    messages.forEach(m -> decoder.decode(m, 0, m.length));
    MessageDecoder.Decoded decoded = decoder.take();
    assertThat(RandomRows.rows(decoded.batch()))
        .isEqualTo(List.of(List.of(1L, "x"), Arrays.asList(2L, null)));
    assertThat(decoded.messages()).containsExactly(0, 2);
    options.put("mode", "FAILFAST");
    assertThatThrownBy(() -> decode(options, messages))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("no Avro record");
  }

  @Test
  void aValueThatHoldsItselfTooOftenIsOneThatCannotBeRead() {
    String schema =
        """
        {"type": "record", "name": "r", "fields": [
          {"name": "id", "type": "long"},
          {"name": "tree", "type": {"type": "record", "name": "Node", "fields": [
            {"name": "next", "type": ["null", "Node"]}]}},
          {"name": "name", "type": ["null", "string"]}]}\
        """;
    byte[] deep = new byte[1_000_000];
    Arrays.fill(deep, (byte) 2);
    Arrays.fill(deep, deep.length - 2, deep.length, (byte) 0);
    byte[] flat = {4, 2, 0, 2, 2, 'x'};

    assertThat(decode(Map.of("avroSchema", schema), List.of(deep, flat)))
        .isEqualTo(List.of(Arrays.asList(null, null), List.of(2L, "x")));
    assertThatThrownBy(
            () -> decode(Map.of("avroSchema", schema, "mode", "FAILFAST"), List.of(deep)))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("nested too deep");
  }

  @Test
  void keepsSchemasInARegistry() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> writing = registry(server);
      writing.put("subject", "orders-value");
      List<byte[]> messages = encode(writing, COLUMNS, List.of(1L, "x"), List.of(2L, "y"));

      assertThat(HexFormat.of().formatHex(messages.get(0))).startsWith("0000000001");
      assertThat(server.schemas).hasSize(1);
      server.failures = 2;
      assertThat(decode(registry(server), messages))
          .isEqualTo(List.of(List.of(1L, "x"), List.of(2L, "y")));
      assertThat(server.calls)
          .containsExactly(
              "POST /subjects/orders-value/versions",
              "GET /schemas/ids/1",
              "GET /schemas/ids/1",
              "GET /schemas/ids/1");
      Retried retried = FORMAT.retried(Options.of(FORMAT.options(), registry(server)));
      assertThat(retried).isEqualTo(new Retried(2, "it answers 503: starting"));
    }
  }

  @Test
  void theSubjectFollowsFromTheTopicAndATokenOpensTheRegistry() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> given =
          Map.of("schemaRegistry", server.url(), "schemaRegistry.token", "token");
      Options options =
          ValueFormats.writing(
              FORMAT, Options.of(FORMAT.writeOptions(), given), Optional.of("orders"));
      Problems problems = new Problems();
      FORMAT.checkWrite(COLUMNS, options, problems);
      assertThat(problems.all()).isEmpty();

      FORMAT.encoder(COLUMNS, options, Session.DEFAULT);

      assertThat(server.calls).containsExactly("POST /subjects/orders-value/versions");
      assertThat(server.schemas).hasSize(1);
    }
  }

  @Test
  void aSchemaThatDoesNotFitTheColumnsEndsTheQueryInEveryMode() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> writing = registry(server);
      writing.put("subject", "s");
      List<byte[]> messages =
          encode(writing, TypeParser.parseSchema("id string, name string"), List.of("1", "x"));

      assertThatThrownBy(() -> decode(registry(server), messages))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the schema 1 of the registry")
          .hasMessageContaining("'id'");
    }
  }

  @Test
  void aNumberThatIsNotKnownIsAskedForOnce() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      List<byte[]> messages = List.of(new byte[] {0, 0, 0, 0, 7, 2}, new byte[] {0, 0, 0, 0, 7, 2});
      decode(registry(server), messages);
      assertThat(server.calls).containsExactly("GET /schemas/ids/7");
    }
  }

  @Test
  void certificatesThatCannotBeReadAreTold() {
    Map<String, String> given =
        Map.of(
            "schemaRegistry",
            "https://127.0.0.1:1",
            "subject",
            "s",
            "schemaRegistry.caCertificates",
            "no certificate");
    assertThatThrownBy(() -> encode(given, COLUMNS, List.of(1L, "x")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("'schemaRegistry.caCertificates'");
  }

  @Test
  void readsMessagesOfSeveralSchemasAsOne() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> writing = registry(server);
      writing.put("subject", "orders-value");
      List<byte[]> messages =
          new ArrayList<>(
              encode(writing, TypeParser.parseSchema("id int, old string"), List.of(1, "x")));
      messages.addAll(
          encode(
              writing,
              TypeParser.parseSchema("name string, id bigint, more double"),
              List.of("y", 2L, 0.5)));
      Map<String, String> reading = registry(server);

      assertThat(decode(reading, messages))
          .isEqualTo(List.of(Arrays.asList(1L, null), List.of(2L, "y")));
      reading.put(
          "avroSchema",
          """
          {"type": "record", "name": "topLevelRecord", "fields": [
            {"name": "name", "type": ["string", "null"], "default": "nobody"},
            {"name": "id", "type": ["null", "long"]}]}\
          """);
      assertThat(decode(reading, messages))
          .isEqualTo(List.of(List.of(1L, "nobody"), List.of(2L, "y")));
    }
  }

  @Test
  void aMessageOfAnotherKindOfSchemaIsOneThatCannotBeRead() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      server.foreign = 4;

      assertThat(decode(registry(server), List.of(new byte[] {0, 0, 0, 0, 4, 2})))
          .isEqualTo(List.of(Arrays.asList(null, null)));
    }
  }

  @Test
  void doesNotShowATokenThatCannotBeSent() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> options = registry(server);
      options.remove("schemaRegistry.user");
      options.remove("schemaRegistry.password");
      options.put("schemaRegistry.token", "sec\nret");

      assertThatThrownBy(() -> decode(options, List.of(new byte[] {0, 0, 0, 0, 4, 2})))
          .hasMessageContaining("'schemaRegistry.token' holds a character that cannot be sent")
          .hasMessageNotContaining("ret;");
    }
  }

  @Test
  void aNumberThatTheRegistryDoesNotKnowIsAMessageThatCannotBeRead() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      List<byte[]> messages = List.of(new byte[] {0, 0, 0, 0, 9, 2}, new byte[] {7});

      assertThat(decode(registry(server), messages))
          .isEqualTo(List.of(Arrays.asList(null, null), Arrays.asList(null, null)));
      Map<String, String> strict = registry(server);
      strict.put("mode", "FAILFAST");
      assertThatThrownBy(() -> decode(strict, messages))
          .hasMessageContaining("knows no Avro schema 9");
    }
  }

  @Test
  void tellsWhatTheRegistryRefuses() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      Map<String, String> options = registry(server);
      options.put("subject", "s");
      options.put("autoRegister", "false");
      assertThatThrownBy(() -> encode(options, COLUMNS, List.of(1L, "x")))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("no such schema under 's'");
      options.put("schemaRegistry.password", "wrong");
      assertThatThrownBy(() -> encode(options, COLUMNS, List.of(1L, "x")))
          .hasMessageContaining("answers 401: Unauthorized; check schemaRegistry.user")
          .hasMessageNotContaining("wrong");
    }
  }

  @Test
  void somethingElseAtTheAddressIsNoMissingSchema() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      server.root = "/apis/ccompat/v7";
      Map<String, String> wrong = registry(server);
      assertThatThrownBy(() -> decode(wrong, List.of(new byte[] {0, 0, 0, 0, 1, 2})))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("answers 404", "is this its address?");
      wrong.put("subject", "s");
      wrong.put("autoRegister", "false");
      assertThatThrownBy(() -> encode(wrong, COLUMNS, List.of(1L, "x")))
          .hasMessageContaining("is this its address?");
    }
  }

  @Test
  void aCheckOfConnectionsAsksTheRegistry() throws IOException {
    try (RegistryServer server = new RegistryServer()) {
      server.root = "/apis";
      Problems problems = new Problems();
      Map<String, String> options = registry(server);
      FORMAT.checkConnection(Options.of(FORMAT.options(), options), problems);
      assertThat(problems.all())
          .singleElement()
          .asString()
          .contains("schema-registry-failed", "is this its address?");

      options.put("schemaRegistry", server.url() + "/apis");
      Problems none = new Problems();
      assertThat(FORMAT.checkConnection(Options.of(FORMAT.options(), options), none))
          .isEqualTo("schema registry '" + server.url() + "/apis'");
      assertThat(none.all()).isEmpty();

      options.put("schemaRegistry.password", "wrong");
      FORMAT.checkConnection(Options.of(FORMAT.options(), options), none);
      server.stop();
      FORMAT.checkConnection(Options.of(FORMAT.options(), options), none);
      assertThat(none.all())
          .extracting(Problem::code)
          .containsExactly("schema-registry-failed", "schema-registry-unreachable");
    }
  }

  @Test
  void checksOptionsBeforeAnyMessage() {
    Problems problems = new Problems();

    FORMAT.checkRead(COLUMNS, Options.of(FORMAT.options(), Map.of()), problems);
    FORMAT.checkRead(
        COLUMNS,
        Options.of(FORMAT.options(), Map.of("avroSchema", "{}", "schemaRegistry", "host:8081")),
        problems);
    FORMAT.checkWrite(
        COLUMNS,
        Options.of(FORMAT.writeOptions(), Map.of("schemaRegistry", "http://host:8081")),
        problems);
    FORMAT.checkWrite(
        TypeParser.parseSchema("a interval"),
        Options.of(FORMAT.writeOptions(), Map.of()),
        problems);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly(
            "missing-option",
            "invalid-option-value",
            "invalid-option-value",
            "missing-option",
            "unsupported-type");
  }

  private static Map<String, String> registry(RegistryServer server) {
    return new HashMap<>(
        Map.of(
            "schemaRegistry",
            server.url(),
            "schemaRegistry.user",
            "me",
            "schemaRegistry.password",
            "secret"));
  }

  private static List<byte[]> encode(Map<String, String> options, Schema schema, List<?>... rows) {
    MessageEncoder encoder =
        FORMAT.encoder(schema, Options.of(FORMAT.writeOptions(), options), Session.DEFAULT);
    List<FlatColumn> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(i).type(), rows.length);
      for (List<?> row : rows) {
        builder.appendValue(row.get(i));
      }
      columns.add(builder.build());
    }
    List<byte[]> messages = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      Bytes out = new Bytes(4);
      assertThat(encoder.encode(columns, row, out)).isTrue();
      messages.add(Arrays.copyOf(out.data(), out.size()));
    }
    return messages;
  }

  private static MessageDecoder decoder(Map<String, String> options) {
    return FORMAT.decoder(
        COLUMNS, COLUMNS, Options.of(FORMAT.options(), options), Session.DEFAULT, 100);
  }

  private static List<?> decode(Map<String, String> options, List<byte[]> messages) {
    MessageDecoder decoder = decoder(options);
    for (byte[] message : messages) {
      decoder.decode(message, 0, message.length);
    }
    MessageDecoder.Decoded decoded = decoder.take();
    assertThat(decoded.isComplete()).isTrue();
    Batch batch = decoded.batch();
    return RandomRows.rows(batch);
  }
}
