package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the broker took in is there, however hard the receiving process is killed. */
class MqttKillTest {
  private static final int ROUNDS = Integer.getInteger("sluice.mqtt.kills", 5);

  /** The broker keeps a thousand for a client that is away, and drops the rest. */
  private static final int EACH_ROUND = 300;

  private static final long SEED = 20260101L;

  @TempDir Path folder;

  /** The receiving process: takes what comes until it is killed. */
  public static void main(String[] arguments) {
    Source source =
        Sources.open(
            Path.of(arguments[0]), arguments[1], "version", arguments[2], "QoS", arguments[3]);
    Sources.start(source);
    System.out.println("ready");
    String told = "";
    while (true) {
      String count = source.latestOffset(source.initialOffset(), ReadLimit.ALL).json();
      if (!count.equals(told)) {
        System.out.println(count);
        told = count;
      }
      Wait.aMoment();
    }
  }

  private Process receive(String url, String version, String qos) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            MqttKillTest.class.getName(),
            folder.toString(),
            url,
            version,
            qos)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @ParameterizedTest
  @CsvSource({"5, 1", "3, 1", "5, 2"})
  @Timeout(600)
  void whatWasAcknowledgedIsNeverLost(String version, String qos) throws Exception {
    Random random = new Random(SEED);
    List<String> taken = new ArrayList<>();
    try (Broker broker = Broker.start(folder.resolve("broker"))) {
      Mqtt5BlockingClient sender =
          MqttClient.builder()
              .useMqttVersion5()
              .serverHost("127.0.0.1")
              .serverPort(broker.port())
              .buildBlocking();
      sender.connect();
      for (int round = 0; round < ROUNDS; round++) {
        Process process = receive(broker.url(), version, qos);
        BufferedReader out = process.inputReader(UTF_8);
        assertThat(out.readLine()).as("the receiver's first word").isEqualTo("ready");
        long before = Long.parseLong(out.readLine());
        int killAfter = random.nextInt(EACH_ROUND);
        Thread killer =
            new Thread(
                () -> {
                  awaitMore(out, before + killAfter);
                  process.destroyForcibly();
                });
        killer.start();
        for (int i = 0; i < EACH_ROUND; i++) {
          String payload = Integer.toString(taken.size());
          // Comes back once the broker has it.
          sender
              .publishWith()
              .topic("sensors/a")
              .qos(MqttQos.AT_LEAST_ONCE)
              .payload(payload.getBytes(UTF_8))
              .send();
          taken.add(payload);
        }
        killer.join();
        process.waitFor();
      }
      sender.disconnect();
      try (Source source = Sources.open(folder, broker.url(), "version", version, "QoS", qos)) {
        Sources.start(source);
        List<String> kept = Sources.payloads(source);
        while (!kept.containsAll(taken)) {
          Wait.aMoment();
          kept = Sources.payloads(source);
        }
        System.out.println(
            ROUNDS + " kills, " + taken.size() + " messages taken, " + kept.size() + " kept");
      }
    }
  }

  /** Reads how many there are until there are so many, or the process is gone. */
  private static void awaitMore(BufferedReader out, long wanted) {
    try {
      String line = out.readLine();
      while (line != null && Long.parseLong(line) < wanted) {
        line = out.readLine();
      }
    } catch (IOException | NumberFormatException e) {
      // The process is gone, perhaps in the midst of a line.
    }
  }
}
