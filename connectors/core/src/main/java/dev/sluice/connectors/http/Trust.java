package dev.sluice.connectors.http;

import dev.sluice.operators.diagnostics.PipelineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates count, where those that Java knows are not enough. */
public final class Trust {
  private Trust() {}

  /** Trusts servers whose certificates are signed by those of a PEM file, and no others. */
  static SSLContext only(Path pem) {
    try {
      return only(Files.readAllBytes(pem), "'" + pem + "'");
    } catch (IOException e) {
      throw new PipelineException(
          "http-failed", "the certificates in '" + pem + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /** Trusts servers whose certificates are signed by these, in PEM; {@code from} names them. */
  public static SSLContext only(byte[] pem, String from) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, authorities(pem, from, "http-failed").getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw unreadable(from, "http-failed", e);
    }
  }

  /**
   * Those who vouch for servers, in PEM, and no others.
   *
   * @param from names them in a failure
   * @param code that of a failure
   */
  public static TrustManagerFactory authorities(byte[] pem, String from, String code) {
    try (InputStream in = new ByteArrayInputStream(pem)) {
      KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
      known.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        known.setCertificateEntry("ca" + number++, each);
      }
      if (number == 0) {
        throw new PipelineException(code, from + " holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(known);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(from, code, e);
    }
  }

  private static PipelineException unreadable(String from, String code, Exception e) {
    return new PipelineException(
        code, "the certificates in " + from + " cannot be read: " + e.getMessage(), e);
  }
}
