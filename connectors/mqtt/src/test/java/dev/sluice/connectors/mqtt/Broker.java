package dev.sluice.connectors.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.embedded.EmbeddedHiveMQ;
import dev.sluice.connectors.testing.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A broker of its own package, on the loopback interface. */
public final class Broker implements AutoCloseable {
  private final EmbeddedHiveMQ server;
  private final int port;
  private final boolean encrypted;

  private Broker(Path folder, int port, String encryption) throws IOException {
    this.port = port;
    this.encrypted = !encryption.isEmpty();
    String listener = encrypted ? "tls-tcp-listener" : "tcp-listener";
    Path configuration = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        configuration.resolve("config.xml"),
        """
        <?xml version="1.0" encoding="UTF-8" ?>
        <hivemq>
          <listeners>
            <%1$s><port>%2$d</port><bind-address>127.0.0.1</bind-address>%3$s</%1$s>
          </listeners>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
            .formatted(listener, port, encryption));
    this.server =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(configuration)
            .withDataFolder(Files.createDirectories(folder.resolve("data")))
            .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
            .build();
    server.start().join();
  }

  static Broker start(Path folder) throws IOException {
    return start(folder, FreePort.find());
  }

  /** Again, with the sessions that an earlier one left in the folder. */
  static Broker start(Path folder, int port) throws IOException {
    return new Broker(folder, port, "");
  }

  /** With a certificate of its own; clients show one of {@code trusted}. */
  static Broker encrypted(Path folder, Path keys, Path trusted, String password)
      throws IOException {
    return new Broker(
        folder,
        FreePort.find(),
        """
        <tls>
          <keystore>
            <path>%1$s</path><password>%3$s</password>
            <private-key-password>%3$s</private-key-password>
          </keystore>
          <client-authentication-mode>REQUIRED</client-authentication-mode>
          <truststore><path>%2$s</path><password>%3$s</password></truststore>
        </tls>
        """
            .formatted(keys, trusted, password));
  }

  int port() {
    return port;
  }

  String url() {
    return (encrypted ? "ssl" : "tcp") + "://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.stop().join();
  }

  /** {@code FOLDER PORT [sensors]}: serves until it is killed; three rooms report each second. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Broker broker = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    System.out.println("ready " + broker.url());
    if (arguments.length > 2) {
      report(broker.port());
    }
    Thread.currentThread().join();
  }

  private static void report(int port) {
    Mqtt5BlockingClient sender =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildBlocking();
    sender.connect();
    Random random = new Random();
    Executors.newSingleThreadScheduledExecutor()
        .scheduleAtFixedRate(() -> report(sender, random), 0, 1, TimeUnit.SECONDS);
  }

  private static void report(Mqtt5BlockingClient sender, Random random) {
    for (String room : List.of("attic", "cellar", "kitchen")) {
      String text =
          "{\"at\": \"%s\", \"celsius\": %.1f}"
              .formatted(Instant.now(), 15 + room.length() + random.nextDouble());
      sender
          .publishWith()
          .topic("sensors/" + room + "/temperature")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(text.getBytes(StandardCharsets.UTF_8))
          .send();
    }
  }
}
