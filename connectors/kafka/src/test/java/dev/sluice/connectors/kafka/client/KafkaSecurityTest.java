package dev.sluice.connectors.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.diagnostics.PipelineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that speaks TLS only, with a certificate of its own making, and asks who is there. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KafkaSecurityTest {
  private static final String STORE_PASSWORD = "st0re-passw0rd";
  private static final String PASSWORD = "us3r-passw0rd";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
          + " password=\"%s\"%s;";

  @TempDir Path folder;

  private static void keytool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static String[] options(String login, Path trusted, String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "kafka.security.protocol",
                "SASL_SSL",
                "kafka.sasl.mechanism",
                "PLAIN",
                "kafka.sasl.jaas.config",
                login,
                "kafka.ssl.truststore.location",
                trusted.toString(),
                "kafka.ssl.truststore.password",
                STORE_PASSWORD));
    options.addAll(Arrays.asList(more));
    return options.toArray(String[]::new);
  }

  private Path trusting(String name, Path certificate) throws Exception {
    Path store = folder.resolve(name);
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "broker",
        "-file",
        certificate.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD);
    return store;
  }

  private Path key(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD);
    Path certificate = folder.resolve(name + ".cer");
    keytool(
        "-exportcert",
        "-alias",
        "broker",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD,
        "-file",
        certificate.toString());
    return certificate;
  }

  @Test
  void readsAndWritesOverTlsAndTellsRefusalsWithoutSecrets() throws Exception {
    Path trusted = trusting("trusted.p12", key("broker"));
    Path wrong = trusting("wrong.p12", key("somebody"));
    String right = LOGIN.formatted(PASSWORD, "");
    try (Broker broker =
        new Broker(
            folder.resolve("broker"),
            "auto.create.topics.enable=true",
            "listeners=SASL_SSL://127.0.0.1:PORT,CONTROLLER://127.0.0.1:CONTROLLER",
            "advertised.listeners=SASL_SSL://127.0.0.1:PORT",
            "inter.broker.listener.name=SASL_SSL",
            "sasl.enabled.mechanisms=PLAIN",
            "sasl.mechanism.inter.broker.protocol=PLAIN",
            "ssl.keystore.location=" + folder.resolve("broker.p12"),
            "ssl.keystore.password=" + STORE_PASSWORD,
            "ssl.truststore.location=" + trusted,
            "ssl.truststore.password=" + STORE_PASSWORD,
            "listener.name.sasl_ssl.plain.sasl.jaas.config="
                + LOGIN.formatted(PASSWORD, " user_u=\"" + PASSWORD + "\""))) {
      SourceHarness harness = new SourceHarness(broker, folder.resolve("checkpoint"));
      try (Sink sink = SinkHarness.open(broker.servers(), "safe", options(right, trusted));
          Write write = sink.begin(0)) {
        write.part(0).write(SinkHarness.value("whispered"));
        write.commit();
      }
      String[] reading =
          options(right, trusted, "subscribe", "safe", "startingOffsets", "earliest");
      try (Source source = harness.open(reading)) {
        assertThat(SourceHarness.all(source, "value")).containsExactly("whispered");
      }
      refused(harness, "refuse the login", options(LOGIN.formatted("0ther", ""), trusted));
      refused(harness, "'kafka.ssl.*'", options(right, wrong));
      assertThatThrownBy(
              () -> SinkHarness.open(broker.servers(), "safe", options(right, wrong)).close())
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("'kafka.ssl.*'")
          .hasMessageNotContaining(STORE_PASSWORD)
          .hasMessageNotContaining(PASSWORD);
    }
  }

  @Test
  void logsInBySaltedChallenges() throws Exception {
    String login =
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\""
            + " password=\"%s\";";
    int port = FreePort.find();
    try (Broker broker =
        new Broker(
            folder.resolve("broker"),
            "listeners=PLAINTEXT://127.0.0.1:PORT,SASL_PLAINTEXT://127.0.0.1:"
                + port
                + ",CONTROLLER://127.0.0.1:CONTROLLER",
            "advertised.listeners=PLAINTEXT://127.0.0.1:PORT,SASL_PLAINTEXT://127.0.0.1:" + port,
            "sasl.enabled.mechanisms=SCRAM-SHA-512",
            "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config="
                + "org.apache.kafka.common.security.scram.ScramLoginModule required;")) {
      broker.create("salted", 1);
      broker.send("salted", 0, "x");
      Broker.get(
          broker
              .admin()
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          "u",
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                          PASSWORD)))
              .all());
      while (Broker.get(broker.admin().describeUserScramCredentials().users()).isEmpty()) {
        Wait.aMoment();
      }
      SourceHarness harness = new SourceHarness(broker, folder.resolve("checkpoint"));
      String servers = "127.0.0.1:" + port;
      try (Source source = harness.open(salted(servers, login.formatted(PASSWORD)))) {
        assertThat(SourceHarness.all(source, "value")).containsExactly("x");
      }
      assertThatThrownBy(() -> harness.open(salted(servers, login.formatted("0ther"))).close())
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("refuse the login")
          .hasMessageNotContaining("0ther");
    }
  }

  private static String[] salted(String servers, String login) {
    return new String[] {
      "kafka.bootstrap.servers",
      servers,
      "subscribe",
      "salted",
      "startingOffsets",
      "earliest",
      "kafka.security.protocol",
      "SASL_PLAINTEXT",
      "kafka.sasl.mechanism",
      "SCRAM-SHA-512",
      "kafka.sasl.jaas.config",
      login
    };
  }

  private static void refused(SourceHarness harness, String sentence, String[] options) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    all.addAll(List.of("subscribe", "safe"));
    assertThatThrownBy(() -> harness.open(all.toArray(String[]::new)).close())
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining(STORE_PASSWORD)
        .hasMessageNotContaining(PASSWORD)
        .hasMessageNotContaining("0ther");
  }
}
