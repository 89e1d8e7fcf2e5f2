package com.example.sluice;

import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Answers each line with {@code ok} once it is kept: the sender may then forget it. */
final class LineReceiver implements Receiver {
  private final int port;
  private final Clock clock;
  private final Set<Socket> peers = ConcurrentHashMap.newKeySet();
  private ServerSocket server;
  private Thread accepting;

  LineReceiver(int port, Clock clock) {
    this.port = port;
    this.clock = clock;
  }

  @Override
  public String description() {
    return "Lines[" + port + "]";
  }

  @Override
  public void start(Inbox inbox) {
    try {
      server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new PipelineException(
          "lines-unavailable", "cannot listen on port " + port + ": " + e.getMessage(), e);
    }
    accepting = daemon(() -> accept(inbox));
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "lines");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept(Inbox inbox) {
    while (!server.isClosed()) {
      try {
        Socket peer = server.accept();
        peers.add(peer);
        daemon(() -> receive(peer, inbox));
      } catch (IOException e) {
        if (!server.isClosed()) {
          inbox.fail(new PipelineException("lines-failed", String.valueOf(e.getMessage()), e));
          return;
        }
      }
    }
  }

  private void receive(Socket peer, Inbox inbox) {
    try (peer;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        byte[] payload = line.getBytes(StandardCharsets.UTF_8);
        inbox.accept(
            new Received(clock.millis() * 1000, new byte[0], payload), () -> answer(peer));
      }
    } catch (IOException e) {
      // The sender has gone; what it was not told of, it sends again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      peers.remove(peer);
    }
  }

  private static void answer(Socket peer) {
    try {
      peer.getOutputStream().write("ok\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has gone.
    }
  }

  @Override
  public void close() {
    try {
      if (server != null) {
        server.close();
        // The port is free once nobody waits at it.
        accepting.join();
      }
      for (Socket peer : peers) {
        peer.close();
      }
    } catch (IOException e) {
      // Closed all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
