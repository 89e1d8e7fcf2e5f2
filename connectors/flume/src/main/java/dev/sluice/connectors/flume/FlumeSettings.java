package dev.sluice.connectors.flume;

import java.util.Optional;

/**
 * Where to listen, and how agents speak.
 *
 * @param port 0 for any that is free
 * @param deflate whether both directions are compressed
 * @param keys the server's certificate; agents use TLS if it is there
 * @param trusted whose certificates agents must show; any agent may connect if it is not there
 */
public record FlumeSettings(
    String host, int port, boolean deflate, Optional<KeyFile> keys, Optional<KeyFile> trusted) {

  /** A file of keys or certificates. */
  public record KeyFile(String location, String password, String type) {
    /** Without the password. */
    @Override
    public String toString() {
      return location;
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
