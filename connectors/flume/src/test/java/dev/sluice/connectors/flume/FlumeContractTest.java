package dev.sluice.connectors.flume;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.SourceContract;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The Flume source through the suite, with Flume's own client at the other end. */
class FlumeContractTest extends SourceContract {
  private int port;
  private Agent agent;
  private int sent;

  @BeforeEach
  void startAgent() throws IOException {
    port = Agent.freePort();
    agent = new Agent(port);
  }

  @AfterEach
  void stopAgent() {
    agent.close();
  }

  @Override
  protected SourceType type() {
    return new FlumeSourceType();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("port", Integer.toString(port), "settle", "500ms");
  }

  @Override
  protected Map<String, String> limit() {
    return Map.of("maxRecordsPerTrigger", "2");
  }

  @Override
  protected int mostRows() {
    return 2;
  }

  @Override
  protected int produce() {
    for (int i = 0; i < 5; i++) {
      agent.send(List.of("event" + sent++));
    }
    return 5;
  }
}
