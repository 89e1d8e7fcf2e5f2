package dev.sluice.connectors.mqtt;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A broker of its own package, on the loopback interface. */
public final class Broker implements AutoCloseable {
  private final EmbeddedHiveMQ server;
  private final int port;

  private Broker(Path folder, int port) throws IOException {
    this.port = port;
    Path configuration = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        configuration.resolve("config.xml"),
        """
        <?xml version="1.0" encoding="UTF-8" ?>
        <hivemq>
          <listeners>
            <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
          </listeners>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
            .formatted(port));
    this.server =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(configuration)
            .withDataFolder(Files.createDirectories(folder.resolve("data")))
            .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
            .build();
    server.start().join();
  }

  static Broker start(Path folder) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    return new Broker(folder, port);
  }

  int port() {
    return port;
  }

  String url() {
    return "tcp://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.stop().join();
  }

  /** {@code FOLDER PORT}: serves until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Broker broker = new Broker(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    System.out.println("ready " + broker.url());
    Thread.currentThread().join();
  }
}
