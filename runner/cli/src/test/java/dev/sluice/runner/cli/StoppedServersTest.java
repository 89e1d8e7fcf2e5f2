package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code validate --connect} where nobody listens: each connector names its place in the file, the
 * address and a remedy.
 */
@Timeout(300)
class StoppedServersTest {
  @TempDir Path folder;

  /**
   * @param line of the pipeline file
   * @param address what the error must name
   */
  private record Expected(String line, String address) {}

  private static Expected source(String name, String rest, String address) {
    return new Expected("  " + name + ": {" + rest + "}", address);
  }

  private static Expected sink(String rest, String address) {
    return new Expected("  - {from: ticks, " + rest + "}", address);
  }

  private static List<Expected> sources(String server) {
    String keys = "awsAccessKey: test-access, awsSecretKey: test-secret";
    return List.of(
        source(
            "kafka",
            "format: kafka, options: {kafka.bootstrap.servers: '" + server + "', subscribe: t}",
            server),
        source(
            "kinesis",
            "format: kinesis, options: {streamName: s, region: us-east-1, endpoint: 'http://"
                + server
                + "', "
                + keys
                + "}",
            "http://" + server),
        source(
            "mqtt5",
            "format: mqtt, options: {brokerUrl: 'tcp://" + server + "', topic: [t]}",
            "tcp://" + server),
        source(
            "mqtt3",
            "format: mqtt, options: {brokerUrl: 'tcp://" + server + "', topic: [t], version: 3}",
            "tcp://" + server),
        source(
            "socket",
            "format: socket, options: {host: 127.0.0.1, port: " + server.split(":")[1] + "}",
            server),
        source(
            "hdfs",
            "format: json, path: 'hdfs://" + server + "/in', schema: 'a int'",
            "hdfs://" + server + "/in"),
        source("s3", "format: json, path: 's3a://bucket/in', schema: 'a int'", "http://" + server),
        source(
            "postgres",
            "format: jdbc, static: true, options: {url: 'jdbc:postgresql://"
                + server
                + "/d', dbtable: t}, schema: 'id bigint'",
            "jdbc:postgresql://" + server + "/d"),
        source(
            "mariadb",
            "format: jdbc, static: true, options: {url: 'jdbc:mariadb://"
                + server
                + "/d', dbtable: t}, schema: 'id bigint'",
            "jdbc:mariadb://" + server + "/d"));
  }

  private static List<Expected> sinks(String server) {
    return List.of(
        sink(
            "format: kafka, options: {kafka.bootstrap.servers: '"
                + server
                + "', topic: t}, valueFormat: json",
            server),
        sink(
            "format: kinesis, options: {streamName: s, region: us-east-1, endpoint: 'http://"
                + server
                + "', awsAccessKey: test-access, awsSecretKey: test-secret}, valueFormat: json",
            "http://" + server),
        sink(
            "format: jdbc, options: {url: 'jdbc:postgresql://" + server + "/d', dbtable: t}",
            "jdbc:postgresql://" + server + "/d"),
        sink(
            "format: jdbc, options: {url: 'jdbc:mariadb://" + server + "/d', dbtable: t}",
            "jdbc:mariadb://" + server + "/d"),
        sink(
            "format: http, options: {url: 'http://" + server + "/in'}", "http://" + server + "/in"),
        sink("format: json, path: 'hdfs://" + server + "/out'", "hdfs://" + server + "/out"),
        sink("format: json, path: 's3a://bucket/out'", "http://" + server));
  }

  @Test
  void eachConnectorNamesItsPlaceTheAddressAndARemedy() throws IOException {
    String server = "127.0.0.1:" + FreePort.find();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      List<Expected> all = new ArrayList<>(sources(server));
      String port = Integer.toString(taken.getLocalPort());
      all.add(source("flume", "format: flume, options: {port: " + port + "}", "127.0.0.1:" + port));
      List<Expected> sinks = sinks(server);
      List<String> file = new ArrayList<>();
      file.add("name: p");
      file.add(
          "settings: {hadoop: {fs.s3a.endpoint: 'http://"
              + server
              + "', fs.s3a.path.style.access: true, fs.s3a.access.key: test-access,"
              + " fs.s3a.secret.key: test-secret}}");
      file.add("sources:");
      file.add("  ticks: {format: rate}");
      all.forEach(one -> file.add(one.line()));
      file.add("sinks:");
      sinks.forEach(one -> file.add(one.line()));
      file.add("checkpointLocation: checkpoint");
      Files.write(folder.resolve("p.yaml"), file);
      Command.Result result = Command.run(folder, "validate", "--connect", "p.yaml");
      assertThat(result.code()).as(result.out() + result.err()).isEqualTo(Main.FAILED);
      all.addAll(sinks);
      List<String> missing = new ArrayList<>();
      for (Expected one : all) {
        String place = "p.yaml:" + (file.indexOf(one.line()) + 1) + ":";
        Pattern sentence = Pattern.compile("p[.]yaml:\\d+:\\d+: error\\[[a-z-]+\\]: .+; .+");
        boolean found =
            result
                .out()
                .lines()
                .anyMatch(
                    text ->
                        text.startsWith(place)
                            && sentence.matcher(text).matches()
                            && text.contains(one.address()));
        if (!found) {
          missing.add(place + " " + one.line());
        }
      }
      assertThat(missing).as(result.out()).isEmpty();
    }
  }
}
