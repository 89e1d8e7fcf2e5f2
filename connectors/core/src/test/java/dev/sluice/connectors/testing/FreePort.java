package dev.sluice.connectors.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface for servers that cannot choose one themselves. */
public final class FreePort {
  /** Below those that systems give to outgoing connections: none of them takes it meanwhile. */
  private static final int FIRST = 12_000;

  private static final int END = 32_000;
  private static final int ATTEMPTS = 1000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /** One that nobody listens at, another one each time. */
  public static int find() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(port)) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        // Taken: the next.
      }
    }
    throw new IllegalStateException("no port is free");
  }
}
