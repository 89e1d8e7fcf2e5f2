package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.FreePort;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The servers of {@code scripts/services}, in a folder of their own and at free ports. */
final class Services implements AutoCloseable {
  static final Path ROOT = SharedData.repository();

  /** It sends to a pipeline: nobody listens at its port until one does. */
  private static final String SENDER = "flume";

  private final Path folder;
  private final List<Running> started = new ArrayList<>();

  /** What a command left behind. */
  record Result(int code, String out, String err) {}

  private record Running(String name, int port, ProcessHandle process) {}

  Services(Path folder) {
    this.folder = folder;
  }

  Result call(String name, String verb, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(ROOT.resolve("scripts/services").toString(), name, verb);
    Map<String, String> variables = builder.environment();
    variables.put("SLUICE_SERVICES", folder.toString());
    variables.put("SLUICE_SERVICES_JAVA", "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    // A build would take the classes away from the tests that run.
    variables.put("SLUICE_SERVICES_CLASSPATH", CommandProcess.classPath());
    variables.putAll(environment);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }

  /** Starts it, with all that its script promises of a start; gives its port. */
  int start(String name, Map<String, String> more) throws IOException, InterruptedException {
    assertThat(call(name, "status", Map.of()))
        .isEqualTo(new Result(1, name + " is not running\n", ""));
    int port = FreePort.find();
    Map<String, String> environment = new HashMap<>(more);
    environment.put(variable(name), Integer.toString(port));
    Result result = call(name, "start", environment);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains(":" + port).hasLineCount(1);
    long process = Long.parseLong(Files.readString(folder.resolve(name).resolve("pid")));
    started.add(new Running(name, port, ProcessHandle.of(process).orElseThrow()));
    assertThat(call(name, "status", Map.of()))
        .isEqualTo(new Result(0, name + " runs (process " + process + "): " + result.out(), ""));
    assertThat(call(name, "start", environment))
        .isEqualTo(new Result(0, result.out(), "services: " + name + " runs already\n"));
    if (!name.equals(SENDER)) {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
    return port;
  }

  static String variable(String name) {
    return "SLUICE_" + name.toUpperCase(Locale.ROOT) + "_PORT";
  }

  /** Stops all of them, with all that their script promises of that. */
  void stop() throws IOException, InterruptedException {
    for (Running one : List.copyOf(started)) {
      Result result = call(one.name, "stop", Map.of());
      assertThat(result).isEqualTo(new Result(0, "", ""));
      assertThat(one.process.isAlive()).isFalse();
      started.remove(one);
      assertThat(call(one.name, "status", Map.of()).code()).isEqualTo(1);
      assertThat(call(one.name, "stop", Map.of()).err())
          .isEqualTo("services: " + one.name + " is not running\n");
    }
  }

  /** After a test that failed. */
  @Override
  public void close() {
    started.forEach(one -> one.process.destroyForcibly());
  }
}
