package dev.sluice.connectors.mqtt;

import java.util.Optional;

/**
 * Whom to trust, and who we are, where the connection is encrypted.
 *
 * @param authorities a local PEM file with those whose brokers are trusted; Java's own without it
 * @param keys this client's certificate and key, if brokers ask for them
 */
public record MqttTls(Optional<String> authorities, Optional<KeyFile> keys) {
  /** A local file of keys. */
  public record KeyFile(String location, String password, String type) {
    /** Without the password. */
    @Override
    public String toString() {
      return location;
    }
  }
}
