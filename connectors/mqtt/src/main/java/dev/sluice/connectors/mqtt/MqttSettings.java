package dev.sluice.connectors.mqtt;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How to connect, and to what.
 *
 * @param tls counts where the address says that the connection is encrypted
 * @param version 3 or 5
 * @param sessionExpirySeconds how long the broker keeps messages while nobody is connected
 * @param timeoutMillis how long to wait for the broker's first answer
 */
public record MqttSettings(
    MqttAddress address,
    MqttTls tls,
    List<String> topics,
    int qos,
    int version,
    String clientId,
    Optional<String> username,
    Optional<String> password,
    int keepAliveSeconds,
    long sessionExpirySeconds,
    long timeoutMillis) {
  /** A session that ends with its connection. */
  public static final long NO_SESSION = 0;

  /** The same with each topic made another. */
  MqttSettings withTopics(UnaryOperator<String> change) {
    return new MqttSettings(
        address,
        tls,
        topics.stream().map(change).toList(),
        qos,
        version,
        clientId,
        username,
        password,
        keepAliveSeconds,
        sessionExpirySeconds,
        timeoutMillis);
  }
}
