package dev.sluice.connectors.flume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there, however hard the receiving process is killed. */
class FlumeKillTest {
  private static final int ROUNDS = Integer.getInteger("sluice.flume.kills", 3);

  @TempDir Path folder;

  /** The receiving process: a folder and a port. Takes what comes until it is killed. */
  public static void main(String[] arguments) {
    Source source = Sources.open(Path.of(arguments[0]), Optional.empty(), "port", arguments[1]);
    Sources.start(source);
    System.out.println("ready");
    Sources.until(source, new Offset("0"), Long.MAX_VALUE);
  }

  private Process receive(int port) throws IOException {
    Process process =
        JavaProcess.of(
                List.of("-Xmx128m"),
                FlumeKillTest.class.getName(),
                folder.toString(),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = process.inputReader(UTF_8);
    String line = out.readLine();
    assertThat(line).as("the receiver's first word").isEqualTo("ready");
    return process;
  }

  @Test
  @Timeout(600)
  void whatWasAcknowledgedIsNeverLost() throws Exception {
    int port = FreePort.find();
    int sent = 0;
    try (Agent agent = new Agent(port, "request-timeout", "5000")) {
      for (int round = 0; round < ROUNDS; round++) {
        int before = agent.acknowledged().size();
        Process process = receive(port);
        for (int batch = 0; batch < 200; batch++) {
          int first = sent;
          agent.send(IntStream.range(first, first + 5).mapToObj(Integer::toString).toList());
          sent += 5;
        }
        // Killed in the midst of the batches: at another place each round.
        while (agent.acknowledged().size() < before + 50 + 37 * (round % 20)) {
          Wait.aMoment();
        }
        process.destroyForcibly();
        process.waitFor();
      }
      List<String> acknowledged = List.copyOf(agent.acknowledged());
      try (Source source = Sources.open(folder, Optional.empty())) {
        // Listens at another port: nothing more comes.
        Offset end = source.latestOffset(source.initialOffset(), ReadLimit.ALL);
        Schema body = Schema.of(source.schema().field(1));
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(50 * ROUNDS);
        assertThat(Sources.rows(source, body, new Offset("0"), end)).containsAll(acknowledged);
      }
    }
  }
}
