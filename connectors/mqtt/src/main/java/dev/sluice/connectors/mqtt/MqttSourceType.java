package dev.sluice.connectors.mqtt;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.ReceivedSource;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.connectors.receiver.ReceiverOptions;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.io.Uuids;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code mqtt}: messages of topics, kept in the checkpoint before the broker is told. */
public final class MqttSourceType implements SourceType, ConnectionCheck {
  private static final String AUTHORITIES = "caCertificates";
  private static final int MOST_KEEP_ALIVE_SECONDS = 65_535;
  private static final String KEYS = "keystore";
  private static final String KEYS_PASSWORD = "keystorePassword";

  /** Made when a pipeline names MQTT, and not before. */
  private static final class Declared {
    static final ReceiverOptions RECEIVER = new ReceiverOptions();
    static final List<Option> OPTIONS =
        RECEIVER.with(
            List.of(
                Option.text("brokerUrl", "The broker: tcp://host:1883 or ssl://host:8883")
                    .mandatory(),
                Option.list("topic", "The topics to read; + and # stand for levels").mandatory(),
                Option.integer("QoS", "The quality of service to ask for: 0, 1 or 2")
                    .orElse("1")
                    .atLeast(0),
                Option.choice("version", List.of("3", "5"), "The version of the protocol")
                    .orElse("5"),
                Option.text(
                    "clientId",
                    "The name by which the broker keeps messages for us; one of its own for each"
                        + " checkpoint unless given"),
                Option.text("username", "Who connects"),
                Option.text("password", "The user's password").hidden(),
                Option.duration("keepAlive", "How long the connection may be silent").orElse("60s"),
                Option.duration(
                        "sessionExpiry",
                        "How long the broker keeps messages while the pipeline does not run")
                    .orElse("7d"),
                Option.duration("connectionTimeout", "How long to wait for the broker")
                    .orElse("30s"),
                Option.text(
                    AUTHORITIES,
                    "A PEM file with the authorities whose brokers are trusted, instead of Java's"
                        + " own"),
                Option.text(
                    KEYS, "A file with a certificate and its key, for brokers that ask for one"),
                Option.text(KEYS_PASSWORD, "Its password").hidden(),
                Option.choice("keystoreType", List.of("PKCS12", "JKS"), "Its form")
                    .orElse("PKCS12")));
  }

  @Override
  public String name() {
    return "mqtt";
  }

  @Override
  public String summary() {
    return "Messages of an MQTT broker, each kept before it is acknowledged";
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.OPTIONAL;
  }

  @Override
  public Schema hiddenColumns() {
    return ReceivedSource.hidden(MqttMessages.INSTANCE);
  }

  @Override
  public void check(Options options, Problems problems) {
    Declared.RECEIVER.check(options, problems);
    String url = options.find("brokerUrl").orElse("");
    if (!url.isEmpty() && MqttAddress.parse(url).isEmpty()) {
      problems.error(
          "invalid-option-value",
          options.at("brokerUrl"),
          "this is no address of an MQTT broker",
          "write tcp://host:1883 or ssl://host:8883; who connects is said by 'username'");
    }
    checkEncryption(options, problems);
    if (options.number("QoS") > 2) {
      problems.error(
          "invalid-option-value",
          options.at("QoS"),
          "there is no quality of service " + options.number("QoS"),
          "use 0 (at most once), 1 (at least once) or 2 (exactly once)");
    }
    if (options.millis("keepAlive") / 1000 > MOST_KEEP_ALIVE_SECONDS) {
      problems.error(
          "invalid-option-value",
          options.at("keepAlive"),
          "MQTT knows no keep-alive of more than " + MOST_KEEP_ALIVE_SECONDS + " seconds",
          "give 18h or less; 0s is none");
    }
    for (String topic : topics(options)) {
      if (!isFilter(topic)) {
        problems.error(
            "invalid-option-value",
            options.at("topic"),
            "'" + topic + "' is no filter of topics",
            "'+' stands for a whole level, '#' for all levels from the last on");
      }
    }
  }

  private static void checkEncryption(Options options, Problems problems) {
    boolean plain =
        MqttAddress.parse(options.find("brokerUrl").orElse("")).stream()
            .anyMatch(address -> !address.tls());
    for (String name : List.of(AUTHORITIES, KEYS)) {
      if (plain && options.isGiven(name)) {
        problems.error(
            "useless-option",
            options.at(name),
            "'" + name + "' says nothing where the connection is not encrypted",
            "write 'brokerUrl: ssl://host:8883', or leave it out");
      }
    }
    if (options.isGiven(KEYS) && !options.isGiven(KEYS_PASSWORD)) {
      problems.error(
          "missing-option",
          options.at(KEYS),
          "'" + KEYS + "' needs its password",
          "add '" + KEYS_PASSWORD + ": ${file:PATH}'");
    }
    if (!options.isGiven(KEYS) && options.isGiven(KEYS_PASSWORD)) {
      problems.error(
          "useless-option",
          options.at(KEYS_PASSWORD),
          "'" + KEYS_PASSWORD + "' says nothing without '" + KEYS + "'",
          "name the file, or leave it out");
    }
  }

  private static List<String> topics(Options options) {
    Object given = Json.parse(options.find("topic").orElse("[]"));
    return given instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(given));
  }

  private static boolean isFilter(String topic) {
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean sign = levels[i].equals("+") || levels[i].equals("#") && i == levels.length - 1;
      if (!sign && (levels[i].contains("+") || levels[i].contains("#"))) {
        return false;
      }
    }
    return !topic.isEmpty();
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Declared.RECEIVER.schema(MqttMessages.INSTANCE, options, declared, problems);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    MqttSettings settings =
        settings(
            options,
            context.baseDirectory(),
            options.find("clientId").orElseGet(() -> ownId(context)),
            options.millis("sessionExpiry") / 1000,
            options.millis("connectionTimeout"));
    MqttClients clients =
        ConnectorLibraries.load(MqttClients.class, MqttClients.class, "mqtt", "netty");
    return ReceivedSource.open(
        clients.receiver(settings, context.clock()),
        MqttMessages.INSTANCE,
        options,
        declared,
        context);
  }

  /**
   * The same for each run on a checkpoint, wherever that is moved, and another one for each
   * checkpoint: the broker keeps messages under it, and whoever has it gets them.
   */
  private static String ownId(SourceContext context) {
    FileStore files = context.files().of(context.logDirectory());
    String location = context.logDirectory() + "/clientId";
    try {
      if (files.status(location).isPresent()) {
        return new String(files.readAll(location), StandardCharsets.UTF_8).strip();
      }
      String id = context.recovered() ? idOfPlace(context) : newId();
      files.write(location, id.getBytes(StandardCharsets.UTF_8));
      return id;
    } catch (IOException e) {
      throw new PipelineException(
          "checkpoint-unavailable",
          "the client id in '"
              + location
              + "' cannot be kept: "
              + e.getMessage()
              + "; let this user read and write there, or give one as 'clientId'",
          e);
    }
  }

  /** All brokers take 23 characters. */
  private static String newId() {
    return "sluice-" + Uuids.random().toString().replace("-", "").substring(0, 16);
  }

  /** Of a checkpoint that an earlier version began: the broker knows it by that. */
  private static String idOfPlace(SourceContext context) {
    byte[] place = context.logDirectory().getBytes(StandardCharsets.UTF_8);
    return "sluice-" + UUID.nameUUIDFromBytes(place).toString().substring(0, 8);
  }

  private static MqttSettings settings(
      Options options,
      String baseDirectory,
      String clientId,
      long sessionSeconds,
      long timeoutMillis) {
    return new MqttSettings(
        MqttAddress.parse(options.text("brokerUrl")).orElseThrow(),
        new MqttTls(
            options.find(AUTHORITIES).map(path -> Locations.resolve(path, baseDirectory)),
            options
                .find(KEYS)
                .map(
                    path ->
                        new MqttTls.KeyFile(
                            Locations.resolve(path, baseDirectory),
                            options.text(KEYS_PASSWORD),
                            options.text("keystoreType").trim()))),
        topics(options),
        Math.toIntExact(options.number("QoS")),
        Integer.parseInt(options.text("version")),
        clientId,
        options.find("username"),
        options.find("password"),
        Math.toIntExact(options.millis("keepAlive") / 1000),
        sessionSeconds,
        timeoutMillis);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text("brokerUrl") + "'";
  }

  /**
   * Subscribes as a client of its own, which the broker forgets when it leaves: the session of a
   * running pipeline stays as it is.
   */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    // The client tries again and again: its reason is told before time is up.
    long limit = Math.min(options.millis("connectionTimeout"), request.patienceMillis() * 2 / 3);
    MqttSettings settings =
        settings(
                options,
                request.baseDirectory(),
                "sluice-check-" + UUID.randomUUID().toString().substring(0, 8),
                MqttSettings.NO_SESSION,
                limit)
            .withTopics(MqttSourceType::unshared);
    MqttClients clients =
        ConnectorLibraries.load(MqttClients.class, MqttClients.class, "mqtt", "netty");
    try (Receiver receiver = clients.receiver(settings, request.clock())) {
      receiver.start(new Ignoring());
    } catch (PipelineException e) {
      problems.error(e.code(), options.at("brokerUrl"), String.valueOf(e.getMessage()), null);
    }
    return new Connected(
        "the MQTT broker at '"
            + settings.address()
            + "', topic '"
            + String.join("', '", settings.topics())
            + "'");
  }

  /** A member of a group would take messages away from the others. */
  private static String unshared(String topic) {
    return topic.startsWith("$share/") ? topic.replaceFirst("^[$]share/[^/]*/", "") : topic;
  }

  /** Retained messages come at once; they are not acknowledged, and go with the session. */
  private static final class Ignoring implements Receiver.Inbox {
    @Override
    public void accept(List<Received> together, Runnable kept) {}

    @Override
    public void fail(PipelineException failure) {}
  }
}
