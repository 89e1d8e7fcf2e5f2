package dev.sluice.connectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker with a certificate of its own making, which asks for that of clients. */
@Timeout(300)
class MqttTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path keys;
  private static Broker broker;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    for (String name : List.of("broker", "client")) {
      Path store = keys.resolve(name + ".p12");
      keytool(
          store,
          "-genkeypair",
          "-alias",
          name,
          "-keyalg",
          "EC",
          "-dname",
          "CN=" + name,
          "-ext",
          "san=ip:127.0.0.1");
      Path pem = keys.resolve(name + ".pem");
      keytool(store, "-exportcert", "-rfc", "-alias", name, "-file", pem.toString());
      keytool(
          keys.resolve(name + "-trusted.p12"),
          "-importcert",
          "-noprompt",
          "-alias",
          name,
          "-file",
          pem.toString());
    }
    broker =
        Broker.encrypted(
            keys.resolve("server"),
            keys.resolve("broker.p12"),
            keys.resolve("client-trusted.p12"),
            PASSWORD);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static void keytool(Path store, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(words));
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
    Path log = keys.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  private static String[] encryption(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "caCertificates",
                keys.resolve("broker.pem").toString(),
                "keystore",
                keys.resolve("client.p12").toString(),
                "keystorePassword",
                PASSWORD));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "5"})
  void anOwnAuthorityAndAClientsCertificateAreEnough(String version) throws Exception {
    try (Source source = Sources.open(folder, broker.url(), encryption("version", version))) {
      Sources.start(source);
      Mqtt5BlockingClient sender =
          MqttClient.builder()
              .useMqttVersion5()
              .serverHost("127.0.0.1")
              .serverPort(broker.port())
              .sslConfig(ofTheSender())
              .buildBlocking();
      sender.connect();
      sender
          .publishWith()
          .topic("sensors/a")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload("1".getBytes(UTF_8))
          .send();
      sender.disconnect();
      while (Sources.payloads(source).isEmpty()) {
        Wait.aMoment();
      }
      assertThat(Sources.payloads(source)).containsExactly("1");
    }
  }

  private static MqttClientSslConfig ofTheSender() throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store("client.p12"), PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store("broker-trusted.p12"));
    return MqttClientSslConfig.builder().keyManagerFactory(own).trustManagerFactory(trust).build();
  }

  private static KeyStore store(String name) throws Exception {
    return KeyStore.getInstance(keys.resolve(name).toFile(), PASSWORD.toCharArray());
  }

  private void fails(String words, String... options) {
    assertThatThrownBy(
            () -> {
              try (Source source = Sources.open(folder, broker.url(), options)) {
                Sources.start(source);
              }
            })
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("wrong password");
  }

  @Test
  void aBrokerThatNobodyVouchesForIsRefused() {
    fails("certification path", "connectionTimeout", "5s");
  }

  @Test
  void filesThatCannotBeReadAreNamed() {
    fails("broker.p12' cannot be read", "caCertificates", keys + "/broker.p12");
    fails("none.pem' cannot be read", "caCertificates", keys + "/none.pem");
    fails("client.p12' cannot be read as PKCS12", encryption("keystorePassword", "wrong password"));
  }

  @Test
  void wordsOfEncryptionWithoutItAreMistakes() {
    MqttSourceType type = new MqttSourceType();
    Problems problems = new Problems();
    type.check(
        Options.of(
            type.options(),
            Map.of(
                "brokerUrl",
                "tcp://h",
                "topic",
                "[\"a\"]",
                "caCertificates",
                "ca.pem",
                "keystore",
                "keys.p12")),
        problems);
    assertThat(problems.all())
        .map(problem -> problem.code())
        .containsExactlyInAnyOrder("useless-option", "useless-option", "missing-option");
  }
}
