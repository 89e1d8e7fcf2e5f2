package dev.sluice.connectors.orc;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.testing.FileSinkContract;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.connectors.testing.FileTableContract;
import org.junit.jupiter.api.Nested;

/** ORC through the suites. */
class OrcContractsTest {
  @Nested
  class SourceTest extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new OrcFormat();
    }
  }

  @Nested
  class TableTest extends FileTableContract {
    @Override
    protected FileFormat format() {
      return new OrcFormat();
    }
  }

  @Nested
  class SinkTest extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new OrcFormat();
    }
  }
}
