package dev.sluice.runner.systems;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Stands before an HTTP server on this machine and writes down what it is asked. */
final class RequestLog implements AutoCloseable {
  private final int target;
  private final ServerSocket listening;
  private final List<String> lines = new ArrayList<>();
  private final List<String> heads = new ArrayList<>();
  private final List<Socket> open = new ArrayList<>();

  RequestLog(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

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
                // One of the two has gone.
              }
            },
            "request-log");
    thread.setDaemon(true);
    thread.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** {@code PUT /bucket/key} and so on since the last time, in the order in which they came. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    heads.clear();
    return taken;
  }

  /** The same requests with their headers. */
  synchronized List<String> takeHeads() {
    List<String> taken = List.copyOf(heads);
    take();
    return taken;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      synchronized (this) {
        open.add(client);
        open.add(server);
      }
      start(() -> requests(client, server));
      start(() -> answers(server, client));
    }
  }

  private void requests(Socket client, Socket server) throws IOException {
    try (InputStream in = new BufferedInputStream(client.getInputStream());
        OutputStream out = server.getOutputStream()) {
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        synchronized (this) {
          lines.add(head.substring(0, head.indexOf(" HTTP/")));
          heads.add(head);
        }
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        for (long left = length(head); left > 0; ) {
          byte[] piece = in.readNBytes((int) Math.min(left, 8192));
          out.write(piece);
          left = piece.length == 0 ? 0 : left - piece.length;
        }
        out.flush();
      }
    }
  }

  /** Up to the empty line; empty at the end. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      state = b == '\n' ? state + 1 : b == '\r' ? state : 0;
      if (state == 2) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  private static long length(String head) {
    return head.lines()
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(line -> line.startsWith("content-length:"))
        .mapToLong(line -> Long.parseLong(line.substring(15).trim()))
        .findFirst()
        .orElse(0);
  }

  private static void answers(Socket server, Socket client) throws IOException {
    try (InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream()) {
      in.transferTo(out);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    synchronized (this) {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }
}
