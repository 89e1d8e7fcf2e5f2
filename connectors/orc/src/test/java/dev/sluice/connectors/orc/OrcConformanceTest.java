package dev.sluice.connectors.orc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.file.ObservedSamples;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Sample files, read as Spark was observed to read them. */
class OrcConformanceTest {
  @Test
  void readsSamplesAsSparkDoes() throws IOException {
    ObservedSamples.Result result = ObservedSamples.compare(new OrcFormat());

    assertThat(result.cases()).isPositive();
    assertThat(result.differences()).isEmpty();
  }
}
