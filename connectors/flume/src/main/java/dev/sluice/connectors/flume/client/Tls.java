package dev.sluice.connectors.flume.client;

import dev.sluice.connectors.flume.FlumeSettings;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The server's side of encrypted connections. */
final class Tls {
  private final SSLContext context;
  private final boolean agentsShowCertificates;

  private Tls(SSLContext context, boolean agentsShowCertificates) {
    this.context = context;
    this.agentsShowCertificates = agentsShowCertificates;
  }

  /** Nothing where no keys are given. Fails if a file is no such store. */
  static Optional<Tls> of(FlumeSettings settings) {
    return settings.keys().map(keys -> of(keys, settings.trusted()));
  }

  private static Tls of(FlumeSettings.KeyFile keys, Optional<FlumeSettings.KeyFile> trusted) {
    try {
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(load(keys), keys.password().toCharArray());
      TrustManager[] others = null;
      if (trusted.isPresent()) {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(load(trusted.get()));
        others = factory.getTrustManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), others, null);
      return new Tls(context, trusted.isPresent());
    } catch (GeneralSecurityException e) {
      throw new PipelineException("tls-failed", "TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static KeyStore load(FlumeSettings.KeyFile file) throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(file.type());
    try (InputStream in = Files.newInputStream(Path.of(file.location()))) {
      store.load(in, file.password().toCharArray());
      return store;
    } catch (IOException e) {
      throw new PipelineException(
          "tls-failed",
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

  /** For one connection. */
  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(agentsShowCertificates);
    return engine;
  }
}
