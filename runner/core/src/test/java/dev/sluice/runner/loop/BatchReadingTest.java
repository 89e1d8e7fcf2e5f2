package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who reads the splits of a batch. */
class BatchReadingTest {
  private record Rows(long mostRows) implements Split {
    @Override
    public BatchReader open(ScanRequest request) {
      throw new IllegalStateException("nobody reads it");
    }
  }

  private static List<BatchReading.Task> tasks(int count, long rows) {
    List<BatchReading.Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ScanRequest request = new ScanRequest(Schema.EMPTY, List.of(), 1);
      tasks.add(new BatchReading.Task("s", 0, i, new Rows(rows), request));
    }
    return tasks;
  }

  @Test
  void oneThreadReadsFewRowsOfFewSplits() {
    assertThat(BatchReading.areFew(tasks(1, 512))).isTrue();
    assertThat(BatchReading.areFew(tasks(64, 8))).isTrue();
    assertThat(BatchReading.areFew(tasks(1, 513))).isFalse();
    assertThat(BatchReading.areFew(tasks(2, Long.MAX_VALUE))).isFalse();
    assertThat(BatchReading.areFew(tasks(65, 1))).isFalse();
  }
}
