package dev.sluice.connectors.jdbc.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class KeepAliveSocketsTest {
  @Test
  void aSilentConnectionIsAskedWhetherItLives() throws IOException {
    try (Socket socket = new KeepAliveSockets().createSocket()) {
      assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
        assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
      }
    }
  }

  @Test
  void whatTheAddressSaysGoesBefore() {
    assertThat(Dialect.MYSQL.socketParameters("jdbc:mariadb://h/d?socketTimeout=7", 1500))
        .doesNotContainKey("socketTimeout")
        .containsEntry("tcpKeepIdle", "60");
    assertThat(Dialect.MYSQL.socketParameters("jdbc:mariadb://h/d", 1500))
        .containsEntry("socketTimeout", "1500");
    assertThat(Dialect.POSTGRESQL.socketParameters("jdbc:postgresql://h/d", 1500))
        .containsEntry("socketTimeout", "2")
        .containsEntry("tcpKeepAlive", "true");
    assertThat(Dialect.POSTGRESQL.socketParameters("jdbc:postgresql://h/d", 0))
        .doesNotContainKey("socketTimeout");
    assertThat(Dialect.GENERIC.socketParameters("jdbc:x://h/d", 1500)).isEqualTo(Map.of());
  }
}
