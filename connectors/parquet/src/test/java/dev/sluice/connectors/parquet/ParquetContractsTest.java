package dev.sluice.connectors.parquet;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.testing.FileSinkContract;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.connectors.testing.FileTableContract;
import org.junit.jupiter.api.Nested;

/** Parquet through the suites. */
class ParquetContractsTest {
  @Nested
  class SourceTest extends FileSourceContract {
    @Override
    protected FileFormat format() {
      return new ParquetFormat();
    }
  }

  @Nested
  class TableTest extends FileTableContract {
    @Override
    protected FileFormat format() {
      return new ParquetFormat();
    }
  }

  @Nested
  class SinkTest extends FileSinkContract {
    @Override
    protected FileFormat format() {
      return new ParquetFormat();
    }
  }
}
