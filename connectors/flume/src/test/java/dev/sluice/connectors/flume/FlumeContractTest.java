package dev.sluice.connectors.flume;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.SourceContract;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.io.Clock;
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
  void startAgent() {
    port = FreePort.find();
    agent = new Agent(port);
  }

  @AfterEach
  void stopAgent() {
    agent.close();
  }

  /** Time stands while an event is under way: a quiet moment is one in which none is. */
  @Override
  protected Clock clock() {
    return new Clock() {
      private long standing;

      @Override
      public long millis() {
        return Clock.SYSTEM.millis();
      }

      @Override
      public long nanos() {
        if (allTold()) {
          standing = Clock.SYSTEM.nanos();
        }
        return standing;
      }

      @Override
      public void sleep(long millis) throws InterruptedException {
        Clock.SYSTEM.sleep(millis);
      }
    };
  }

  private boolean allTold() {
    return agent.acknowledged().size() == sent;
  }

  @Override
  protected void awaitTold() {
    while (!allTold()) {
      Wait.aMoment();
    }
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
