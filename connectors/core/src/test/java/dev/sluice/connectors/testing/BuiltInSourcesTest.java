package dev.sluice.connectors.testing;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.inline.InlineSourceType;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.rate.RateMicroBatchSourceType;
import dev.sluice.connectors.rate.RateSourceType;
import dev.sluice.connectors.socket.SocketSourceType;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The sources of this module, each through the suite. */
class BuiltInSourcesTest {
  @Nested
  class Csv extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new CsvFormat();
    }
  }

  @Nested
  class CsvTable extends FileTableContract {
    @Override
    protected FileFormat format() {
      return new CsvFormat();
    }
  }

  @Nested
  class JsonLines extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new JsonFormat();
    }
  }

  @Nested
  class Text extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new TextFormat();
    }

    @Override
    protected Schema schema() {
      return Schema.of(new Field("value", AtomicType.STRING));
    }
  }

  /** A clock that goes on when the test says so. */
  private static final class Manual implements Clock {
    private long now = 1_700_000_000_000L;

    @Override
    public long millis() {
      return now;
    }

    @Override
    public long nanos() {
      return now * 1_000_000;
    }

    @Override
    public void sleep(long millis) {
      now += millis;
    }
  }

  @Nested
  class Rate extends SourceContract {
    private final Manual clock = new Manual();

    @Override
    protected SourceType type() {
      return new RateSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("rowsPerSecond", "3", "numPartitions", "4");
    }

    @Override
    protected Clock clock() {
      return clock;
    }

    @Override
    protected int produce() {
      clock.sleep(2_000);
      return 6;
    }
  }

  /** Each of the four partitions has a row every four thirds of a second. */
  @Nested
  class RateContinuous extends ContinuousContract {
    private final Manual clock = new Manual();

    @Override
    protected SourceType type() {
      return new RateSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("rowsPerSecond", "3", "numPartitions", "4");
    }

    @Override
    protected Clock clock() {
      return clock;
    }

    @Override
    protected int produce() {
      clock.sleep(4_000);
      return 12;
    }
  }

  @Nested
  class RateMicroBatch extends SourceContract {
    @Override
    protected SourceType type() {
      return new RateMicroBatchSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("rowsPerBatch", "5", "numPartitions", "2");
    }

    @Override
    protected int produce() {
      return 5;
    }

    @Override
    protected boolean endless() {
      return true;
    }

    @Override
    protected boolean rangesJoin() {
      return false;
    }
  }

  @Nested
  class Inline extends SourceContract {
    private final List<List<Map<String, Object>>> batches = new ArrayList<>();

    @Override
    protected SourceType type() {
      return new InlineSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return Map.of("batches", Json.write(batches));
    }

    @Override
    protected Optional<Schema> declared() {
      return Optional.of(
          Schema.of(new Field("id", AtomicType.INT), new Field("name", AtomicType.STRING)));
    }

    @Override
    protected boolean growsWhileOpen() {
      return false;
    }

    @Override
    protected int produce() {
      for (int i = 0; i < 2; i++) {
        int id = batches.size() * 2;
        batches.add(
            List.of(Map.of("id", id, "name", "n" + id), Map.of("id", id + 1, "name", "m" + id)));
      }
      return 4;
    }
  }

  @Nested
  class Socket extends SourceContract {
    private final LineServer server = new LineServer();

    @Override
    protected SourceType type() {
      return new SocketSourceType();
    }

    @Override
    protected Map<String, String> options() {
      return server.options();
    }

    @Override
    protected int produce() {
      return server.send(3);
    }

    @Override
    protected Map<String, String> limit() {
      return Map.of("maxRecordsPerTrigger", "2");
    }

    @Override
    protected int mostRows() {
      return 2;
    }

    /** A server of lines sends to who is there. */
    @Override
    protected boolean keepsForLater() {
      return false;
    }

    @AfterEach
    void stop() {
      server.close();
    }
  }
}
