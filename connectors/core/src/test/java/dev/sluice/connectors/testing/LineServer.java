package dev.sluice.connectors.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/** A server that sends numbered lines to whoever connected last. */
final class LineServer implements AutoCloseable {
  private final ServerSocket server;
  private final BlockingDeque<Socket> peers = new LinkedBlockingDeque<>();
  private int sent;

  LineServer() {
    try {
      server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread door = new Thread(this::accept, "line-server");
    door.setDaemon(true);
    door.start();
  }

  private void accept() {
    try {
      while (true) {
        peers.addLast(server.accept());
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  Map<String, String> options() {
    return Map.of("host", "127.0.0.1", "port", Integer.toString(server.getLocalPort()));
  }

  int send(int lines) {
    try {
      Socket peer = peers.takeLast();
      peers.addLast(peer);
      for (int i = 0; i < lines; i++) {
        peer.getOutputStream().write(("line " + sent++ + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket peer : peers) {
        peer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
