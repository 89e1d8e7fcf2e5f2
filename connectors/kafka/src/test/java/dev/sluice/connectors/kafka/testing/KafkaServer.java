package dev.sluice.connectors.kafka.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/** A broker for trials in this process: {@code KafkaServer FOLDER PORT}. */
public final class KafkaServer {
  private KafkaServer() {}

  /** Says {@code ready ADDRESS} once it listens. */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[1]);
    Path properties =
        BrokerFiles.prepare(Path.of(arguments[0]), port, port + 1, List.of("num.partitions=2"));
    Thread watch = new Thread(() -> await(port));
    watch.setDaemon(true);
    watch.start();
    kafka.Kafka.main(new String[] {properties.toString()});
  }

  private static void await(int port) {
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        System.out.println("ready 127.0.0.1:" + port);
        return;
      } catch (IOException e) {
        try {
          Thread.sleep(100);
        } catch (InterruptedException stop) {
          return;
        }
      }
    }
  }
}
