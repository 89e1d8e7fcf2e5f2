package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import dev.sluice.connectors.http.Trust;
import dev.sluice.connectors.mqtt.MqttTls;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** TLS as the client wants to be told of it; it compares the broker's name by itself. */
final class Encryption {
  private static final String FAILED = "mqtt-failed";

  private Encryption() {}

  static MqttClientSslConfig of(MqttTls tls) {
    MqttClientSslConfigBuilder builder = MqttClientSslConfig.builder();
    if (tls.authorities().isPresent()) {
      builder = builder.trustManagerFactory(authorities(tls.authorities().get()));
    }
    if (tls.keys().isPresent()) {
      builder = builder.keyManagerFactory(own(tls.keys().get()));
    }
    return builder.build();
  }

  private static TrustManagerFactory authorities(String file) {
    try {
      return Trust.authorities(Files.readAllBytes(Path.of(file)), "'" + file + "'", FAILED);
    } catch (IOException e) {
      throw new PipelineException(
          FAILED, "the certificates in '" + file + "' cannot be read: " + IoReasons.of(e), e);
    }
  }

  private static KeyManagerFactory own(MqttTls.KeyFile file) {
    char[] password = file.password().toCharArray();
    try (InputStream in = Files.newInputStream(Path.of(file.location()))) {
      KeyStore store = KeyStore.getInstance(file.type());
      store.load(in, password);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password);
      return factory;
    } catch (IOException | GeneralSecurityException e) {
      throw new PipelineException(
          FAILED,
          "'"
              + file.location()
              + "' cannot be read as "
              + file.type()
              + " with the password given: "
              + e.getMessage()
              + "; correct the file, its password or its type",
          e);
    }
  }
}
