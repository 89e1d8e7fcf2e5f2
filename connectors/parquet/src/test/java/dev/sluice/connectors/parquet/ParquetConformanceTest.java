package dev.sluice.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.file.ObservedSamples;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Sample files, read as Spark was observed to read them. */
class ParquetConformanceTest {
  private static final double LEAST_EQUAL = 0.9;

  @Test
  void readsSamplesAsSparkDoes() throws IOException {
    ObservedSamples.Result result = ObservedSamples.compare(new ParquetFormat());

    assertThat(result.cases()).isPositive();
    assertThat(result.differences().size())
        .isLessThanOrEqualTo((int) (result.cases() * (1 - LEAST_EQUAL)));
  }
}
