package dev.sluice.connectors.kafka.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.tools.StorageTool;

/** The configuration and the formatted storage of a broker that is alone. */
final class BrokerFiles {
  private BrokerFiles() {}

  /**
   * Writes them, keeping the data that there are; gives the configuration's place.
   *
   * @param more lines beside the usual ones, in which {@code PORT} stands for the port
   */
  static Path prepare(Path folder, int port, int controller, List<String> more) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controller,
                "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
                    + "SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL",
                "log.dirs=" + folder.resolve("data"),
                "num.partitions=1",
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "transaction.state.log.num.partitions=1",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "group.initial.rebalance.delay.ms=0"));
    for (String line : more) {
      String key = line.substring(0, line.indexOf('=') + 1);
      lines.removeIf(usual -> usual.startsWith(key));
      lines.add(
          line.replace("PORT", Integer.toString(port))
              .replace(
                  "CONTROLLER://127.0.0.1:CONTROLLER", "CONTROLLER://127.0.0.1:" + controller));
    }
    Path properties = folder.resolve("server.properties");
    try {
      Files.createDirectories(folder.resolve("data"));
      Files.write(properties, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(folder.resolve("data/meta.properties"))) {
      format(properties);
    }
    return properties;
  }

  private static void format(Path properties) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] arguments = {"format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", properties.toString()};
    int result =
        StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
    if (result != 0) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
    }
  }
}
