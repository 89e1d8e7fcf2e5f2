package dev.sluice.connectors.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** A server that sends numbered lines to whoever connected last. */
final class LineServer implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Deque<SocketChannel> peers = new ArrayDeque<>();
  private int sent;

  LineServer() {
    try {
      server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, String> options() {
    return Map.of("host", "127.0.0.1", "port", Integer.toString(server.socket().getLocalPort()));
  }

  /** Waits for one that is there: a source that was closed must not get what is for the next. */
  private SocketChannel peer() throws IOException {
    while (true) {
      for (SocketChannel next = server.accept(); next != null; next = server.accept()) {
        next.configureBlocking(false);
        peers.addLast(next);
      }
      SocketChannel last = peers.peekLast();
      if (last != null && isThere(last)) {
        return last;
      }
      Wait.aMoment();
    }
  }

  private static boolean isThere(SocketChannel peer) {
    try {
      return peer.read(ByteBuffer.allocate(1)) >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  int send(int lines) {
    try {
      SocketChannel peer = peer();
      for (int i = 0; i < lines; i++) {
        ByteBuffer line =
            ByteBuffer.wrap(("line " + sent++ + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          peer.write(line);
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (SocketChannel peer : peers) {
        peer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
