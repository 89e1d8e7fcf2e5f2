package dev.sluice.connectors.jdbc.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets on which a connection that is silent for a while is asked whether it lives: where a
 * network swallows what is sent, or a machine is gone without a word, it ends after {@link
 * #DEAD_SECONDS}. The drivers' own keep-alive is that of the machine, two hours. Named to the
 * driver of PostgreSQL, which makes it: so public.
 */
public final class KeepAliveSockets extends SocketFactory {
  static final int IDLE_SECONDS = 60;
  static final int INTERVAL_SECONDS = 10;
  static final int PROBES = 6;
  static final int DEAD_SECONDS = IDLE_SECONDS + INTERVAL_SECONDS * PROBES;

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new Socket();
    Set<SocketOption<?>> known = socket.supportedOptions();
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (known.contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unconnected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unconnected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw unconnected();
  }

  private static UnsupportedOperationException unconnected() {
    return new UnsupportedOperationException("the driver connects sockets itself");
  }
}
