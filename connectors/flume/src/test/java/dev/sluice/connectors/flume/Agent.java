package dev.sluice.connectors.flume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flume.Event;
import org.apache.flume.EventDeliveryException;
import org.apache.flume.FlumeException;
import org.apache.flume.api.RpcClient;
import org.apache.flume.api.RpcClientFactory;
import org.apache.flume.event.EventBuilder;
import org.jspecify.annotations.Nullable;

/** Sends batches of events in order, each until it is acknowledged, by Flume's own client. */
final class Agent implements AutoCloseable {
  private final Properties properties;
  private final BlockingQueue<List<String>> waiting = new LinkedBlockingQueue<>();
  private final List<String> acknowledged = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "agent");
  private final CountDownLatch closed = new CountDownLatch(1);

  Agent(int port, String... more) {
    properties = properties(port, more);
    thread.setDaemon(true);
    thread.start();
  }

  static Properties properties(int port, String... more) {
    Properties properties = new Properties();
    properties.put("hosts", "h");
    properties.put("hosts.h", "127.0.0.1:" + port);
    // What takes longer is sent again, which few here expect. A call that the server's end crosses
    // waits as long.
    properties.put("request-timeout", "20000");
    properties.put("connect-timeout", "30000");
    for (int i = 0; i < more.length; i += 2) {
      properties.put(more[i], more[i + 1]);
    }
    return properties;
  }

  void send(List<String> bodies) {
    waiting.add(bodies);
  }

  /** The bodies that were acknowledged, in order. */
  List<String> acknowledged() {
    return acknowledged;
  }

  private void run() {
    RpcClient client = null;
    try {
      while (true) {
        List<String> next = waiting.take();
        while (next != null) {
          try {
            client = client != null && client.isActive() ? client : connect(client);
            client.appendBatch(events(next));
            acknowledged.addAll(next);
            next = null;
          } catch (EventDeliveryException | FlumeException e) {
            // Nobody listens now, or no longer.
            if (closed.await(20, TimeUnit.MILLISECONDS)) {
              return;
            }
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (client != null) {
        client.close();
      }
    }
  }

  private RpcClient connect(@Nullable RpcClient before) {
    if (before != null) {
      before.close();
    }
    return RpcClientFactory.getInstance(properties);
  }

  private static List<Event> events(List<String> bodies) {
    List<Event> events = new ArrayList<>();
    bodies.forEach(body -> events.add(EventBuilder.withBody(body, UTF_8, Map.of("host", "h1"))));
    return events;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
