package dev.sluice.connectors.mqtt;

import java.net.URI;
import java.util.Optional;

/**
 * Where a broker listens: {@code tcp://host:1883} or {@code ssl://host:8883}.
 *
 * @param port the protocol's own where none is given
 */
public record MqttAddress(String host, int port, boolean tls) {
  private static final int PLAIN_PORT = 1883;
  private static final int TLS_PORT = 8883;

  /** Nothing if it is no address, or names a user. */
  public static Optional<MqttAddress> parse(String text) {
    URI uri;
    try {
      uri = URI.create(text.trim());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    String scheme = String.valueOf(uri.getScheme());
    boolean tls = scheme.equals("ssl") || scheme.equals("mqtts");
    boolean known = tls || scheme.equals("tcp") || scheme.equals("mqtt");
    boolean bare = uri.getUserInfo() == null && (uri.getPath() == null || uri.getPath().isEmpty());
    if (!known || !bare || uri.getHost() == null) {
      return Optional.empty();
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
    return Optional.of(new MqttAddress(uri.getHost(), port, tls));
  }

  @Override
  public String toString() {
    return (tls ? "ssl://" : "tcp://") + host + ":" + port;
  }
}
