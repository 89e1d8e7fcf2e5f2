package dev.sluice.connectors.socket;

import dev.sluice.connectors.receiver.Received;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.connectors.retry.Pauses;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of its own reads lines. A server that is not there at the start is an error; one that
 * goes later is looked for again, with pauses that grow.
 */
final class SocketReceiver implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(SocketReceiver.class);
  private static final int CONNECT_MILLIS = 10_000;
  private static final int MAX_LINE_BYTES = 64 << 20;
  private static final RetryPolicy PAUSES = RetryPolicy.times(Integer.MAX_VALUE, 100, 5_000);
  private static final int IDLE_SECONDS = 60;
  private static final int PROBE_SECONDS = 10;
  private static final int PROBES = 6;
  private static final byte[] NOTHING = {};

  private final String host;
  private final int port;
  private final Clock clock;
  private final RetryTally tally = new RetryTally();

  /** Of the reading thread. */
  private final Pauses pauses;

  /** So many came; of the reading thread. */
  private long lines;

  private volatile boolean closed;
  private volatile @Nullable Socket socket;
  private volatile @Nullable Thread thread;

  SocketReceiver(String host, int port, Clock clock) {
    this.host = host;
    this.port = port;
    this.clock = clock;
    this.pauses = new Pauses(PAUSES, clock, tally);
  }

  @Override
  public String description() {
    return "TextSocketV2[host: " + host + ", port: " + port + "]";
  }

  @Override
  public Retried retried() {
    return tally.retried();
  }

  @Override
  public void start(Inbox inbox) {
    try {
      Socket first = connect();
      Thread reader = Daemons.thread("socket-" + port, () -> run(first, inbox));
      thread = reader;
      reader.start();
    } catch (IOException e) {
      throw new PipelineException(
          "socket-unreachable",
          "cannot connect to '"
              + host
              + ":"
              + port
              + "': "
              + e.getMessage()
              + "; start a server there first, for example 'nc -lk "
              + port
              + "'",
          e);
    }
  }

  private Socket connect() throws IOException {
    Socket fresh = new Socket();
    try {
      keepAlive(fresh);
      fresh.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      socket = fresh;
      return fresh;
    } catch (IOException e) {
      closeQuietly(fresh);
      throw e;
    }
  }

  /**
   * A server that says nothing is asked after a minute whether it lives, and is looked for again a
   * minute later: one without power would be waited for for ever.
   */
  private static void keepAlive(Socket socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
  }

  private void run(Socket first, Inbox inbox) {
    Socket current = first;
    try {
      while (!closed) {
        String reason = "it ended the connection";
        long before = lines;
        try (InputStream in = new BufferedInputStream(current.getInputStream(), 1 << 16)) {
          read(in, inbox);
        } catch (IOException e) {
          reason = String.valueOf(e.getMessage());
        } finally {
          closeQuietly(current);
        }
        // Who lets us in and ends it at once is not called again and again without a pause.
        if (lines > before) {
          pauses.succeeded();
        }
        current = again(reason);
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (PipelineException e) {
      inbox.fail(e);
    } catch (RuntimeException | Error e) {
      // Nobody else would hear of it, and the query would wait for ever.
      inbox.fail(
          new PipelineException("socket-failed", description() + " cannot be read: " + e, e));
    }
  }

  /** Connects again, however long it takes. */
  private Socket again(String reason) throws InterruptedException {
    String why = reason;
    while (!closed) {
      pauses.failed();
      if (pauses.isFirst()) {
        LOG.info("the server at '{}:{}' is gone ({}); looking for it again", host, port, why);
      }
      clock.sleep(pauses.next(why));
      try {
        return connect();
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
      }
    }
    throw new InterruptedException("closed");
  }

  /**
   * Lines up to the end; what is left without an end is one too, but not of a connection that broke
   * off: nobody knows what would have come.
   */
  private void read(InputStream in, Inbox inbox) throws IOException, InterruptedException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean afterReturn = false;
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n' && afterReturn) {
          afterReturn = false;
          continue;
        }
        afterReturn = b == '\r';
        if (b == '\n' || b == '\r') {
          keep(line, inbox);
        } else if (line.size() >= MAX_LINE_BYTES) {
          throw new PipelineException(
              "line-too-long",
              description()
                  + " sent a line of more than "
                  + MAX_LINE_BYTES
                  + " bytes; have it end its lines with a line feed, and send what is binary or"
                  + " larger in another way");
        } else {
          line.write(b);
        }
      }
    } catch (IOException e) {
      if (line.size() > 0 && !closed) {
        LOG.warn(
            "the connection to '{}:{}' broke off within a line: {} bytes of it are dropped",
            host,
            port,
            line.size());
      }
      throw e;
    }
    if (line.size() > 0 && !closed) {
      keep(line, inbox);
    }
  }

  private void keep(ByteArrayOutputStream line, Inbox inbox) throws InterruptedException {
    lines++;
    byte[] bytes = line.toByteArray();
    line.reset();
    // Bytes that are no UTF-8 become replacement characters, as a Java reader makes them.
    byte[] text = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    inbox.accept(new Received(clock.millis() * 1000, NOTHING, text), () -> {});
  }

  @Override
  public void close() {
    closed = true;
    Socket open = socket;
    if (open != null) {
      closeQuietly(open);
    }
    Thread reader = thread;
    if (reader != null) {
      reader.interrupt();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing more can be done about it, and nothing is lost.
    }
  }
}
