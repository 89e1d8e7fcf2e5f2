package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.FreePort;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers for trials, started and stopped by the script itself. */
@Timeout(600)
class ServicesTest {
  private static final Path ROOT = SharedData.repository();

  @TempDir Path folder;
  private final int port = FreePort.find();

  private Command.Result services(String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(ROOT.resolve("scripts/services").toString());
    builder.command().addAll(java.util.List.of(words));
    builder
        .environment()
        .putAll(
            Map.of(
                "SLUICE_SERVICES",
                folder.toString(),
                "SLUICE_KAFKA_PORT",
                Integer.toString(port),
                // A build would take the classes away from the tests that run.
                "SLUICE_SERVICES_CLASSPATH",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Command.Result(code, Files.readString(out), Files.readString(err));
  }

  @AfterEach
  void leavesNoServer() throws Exception {
    services("kafka", "stop");
  }

  @Test
  void startsABrokerTellsOfItAndStopsIt() throws Exception {
    assertThat(services("kafka", "status"))
        .isEqualTo(new Command.Result(1, "kafka is not running\n", ""));
    Command.Result started = services("kafka", "start");
    assertThat(started.code()).as(started.err()).isZero();
    assertThat(started.out()).isEqualTo("127.0.0.1:" + port + "\n");
    long process = Long.parseLong(Files.readString(folder.resolve("kafka/pid")));
    assertThat(services("kafka", "status"))
        .isEqualTo(new Command.Result(0, "kafka runs (process " + process + ")\n", ""));
    assertThat(services("kafka", "start").err()).contains("kafka runs already");

    // It makes a topic on demand.
    Command.Result filled =
        Command.run(
            ROOT.resolve("pipelines/kafka-counts"),
            Map.of("KAFKA", "127.0.0.1:" + port),
            "run",
            "fill.yaml",
            "--checkpoint",
            folder.resolve("checkpoint").toString());
    assertThat(filled.code()).as(filled.err()).isZero();

    assertThat(services("kafka", "stop").code()).isZero();
    assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(services("kafka", "status").code()).isEqualTo(1);
    assertThat(services("kafka", "stop").err()).contains("kafka is not running");
  }

  @Test
  void saysWhichServicesThereAre() throws Exception {
    Command.Result result = services("kafak", "start");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("usage: scripts/services NAME start|stop|status", " kafka ");
  }
}
