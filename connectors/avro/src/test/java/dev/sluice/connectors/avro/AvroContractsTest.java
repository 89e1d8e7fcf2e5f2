package dev.sluice.connectors.avro;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.testing.FileSinkContract;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.connectors.testing.FileTableContract;
import dev.sluice.connectors.testing.MessageFormatContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Avro through the suites. */
class AvroContractsTest {
  @Nested
  class SourceTest extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new AvroFormat();
    }
  }

  @Nested
  class TableTest extends FileTableContract {
    @Override
    protected FileFormat format() {
      return new AvroFormat();
    }
  }

  @Nested
  class SinkTest extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new AvroFormat();
    }
  }

  @Nested
  class MessagesTest extends MessageFormatContract {
    @Override
    protected MessageFormat format() {
      return new AvroMessages();
    }

    @Override
    protected Map<String, String> readOptions() {
      return Map.of(
          AvroFormat.SCHEMA,
          """
          {"type": "record", "name": "topLevelRecord", "fields": [
            {"name": "id", "type": ["long", "null"]},
            {"name": "name", "type": ["string", "null"]},
            {"name": "amount", "type": ["double", "null"]}]}
          """);
    }
  }
}
