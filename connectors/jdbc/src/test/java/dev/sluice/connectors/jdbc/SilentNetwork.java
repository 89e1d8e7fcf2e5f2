package dev.sluice.connectors.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to a server, until it swallows what the open ones say. */
final class SilentNetwork implements AutoCloseable {
  private final ServerSocket entrance;
  private final int server;
  private final List<Link> links = new CopyOnWriteArrayList<>();

  SilentNetwork(int server) throws IOException {
    this.server = server;
    this.entrance = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** From now on nothing of the connections that are open comes through; later ones work. */
  void swallow() {
    links.forEach(link -> link.silent = true);
  }

  private void accept() throws IOException {
    while (true) {
      Link link = new Link(entrance.accept(), new Socket("127.0.0.1", server));
      links.add(link);
      start(() -> link.pass(link.client, link.server));
      start(() -> link.pass(link.server, link.client));
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One of its ends is closed.
              }
            },
            "network");
    thread.setDaemon(true);
    thread.start();
  }

  /** A connection, with both of its ends. */
  private static final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;

    private Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void pass(Socket from, Socket to) throws IOException {
      byte[] bytes = new byte[8192];
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          if (!silent) {
            out.write(bytes, 0, count);
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    for (Link link : links) {
      link.client.close();
      link.server.close();
    }
  }
}
