package dev.sluice.connectors.avro;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.testing.FileSinkContract;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.connectors.testing.FileTableContract;
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
}
