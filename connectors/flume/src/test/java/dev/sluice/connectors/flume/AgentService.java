package dev.sluice.connectors.flume;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flume.EventDeliveryException;
import org.apache.flume.FlumeException;
import org.apache.flume.api.RpcClient;
import org.apache.flume.api.RpcClientFactory;
import org.apache.flume.event.EventBuilder;

/**
 * {@code PORT}: what agents on three hosts would send to a Flume source, each second, for trials.
 */
public final class AgentService {
  private AgentService() {}

  public static void main(String[] arguments) throws InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    System.out.println("ready sends to 127.0.0.1:" + port);
    while (true) {
      try {
        send(port);
      } catch (EventDeliveryException | FlumeException e) {
        // No pipeline listens now; agents keep on trying.
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static void send(int port) throws EventDeliveryException, InterruptedException {
    RpcClient client = RpcClientFactory.getInstance(Agent.properties(port));
    try {
      Random random = new Random();
      while (true) {
        for (String host : List.of("web-1", "web-2", "db-1")) {
          String line = (random.nextInt(4) == 0 ? "ERROR" : "INFO") + " request took a while";
          client.append(
              EventBuilder.withBody(
                  line.getBytes(StandardCharsets.UTF_8),
                  Map.of("host", host, "timestamp", Long.toString(System.currentTimeMillis()))));
        }
        TimeUnit.SECONDS.sleep(1);
      }
    } finally {
      client.close();
    }
  }
}
