package dev.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.runner.plan.CheckpointMismatchException;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final String GROUPS =
      "{\"label\":\"steps[1] (groupBy)\",\"kind\":\"aggregation\",\"is\":{\"keys\":[\"word\"]}}";

  private static Fingerprint fingerprint(int version, String... stateful) {
    return Fingerprint.parse(
        "{\"version\":"
            + version
            + ",\"sources\":[],\"stateful\":["
            + String.join(",", stateful)
            + "],\"sinks\":[]}");
  }

  private static String limit(int rows) {
    return "{\"label\":\"steps[2] (limit)\",\"kind\":\"limit\",\"is\":{\"rows\":[\""
        + rows
        + "\"]}}";
  }

  @Test
  void goesOnFromATextThatTookALimitInCompleteModeForState() {
    assertThatCode(
            () ->
                fingerprint(3, GROUPS)
                    .requireContinues(fingerprint(2, GROUPS, limit(10)), /* evolves= */ false))
        .doesNotThrowAnyException();
  }

  @Test
  void comparesALimitThatCountsWithThatOfAnOlderText() {
    assertThatThrownBy(
            () ->
                fingerprint(3, GROUPS, limit(20))
                    .requireContinues(fingerprint(2, GROUPS, limit(10)), /* evolves= */ false))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("changed its rows from [10] to [20]");
  }

  private static Fingerprint sink(String is) {
    return Fingerprint.parse(
        "{\"version\":3,\"sources\":[],\"stateful\":[],\"sinks\":[{\"label\":\"sink 'out'\","
            + "\"kind\":\"sink\",\"is\":{\"place\":[\"foreach{writer=w}\"]"
            + is
            + "}}]}");
  }

  @Test
  void howASinkKnowsItsBatchesStaysOnlyWhileOneIsNotDone() {
    Fingerprint before = sink(",\"batches\":[\"numPartitions=8\"]");
    Fingerprint now = sink(",\"batches\":[\"numPartitions=4\"]");
    assertThatCode(() -> now.requireContinues(before, /* evolves= */ false))
        .doesNotThrowAnyException();
    assertThatCode(() -> now.requireSameBatches(now)).doesNotThrowAnyException();
    assertThatCode(() -> now.requireSameBatches(sink(""))).doesNotThrowAnyException();
    assertThatThrownBy(() -> now.requireSameBatches(before))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("from [numPartitions=8] to [numPartitions=4]; undo the change");
  }

  @Test
  void refusesThatALimitIsGone() {
    assertThatThrownBy(
            () ->
                fingerprint(3, GROUPS)
                    .requireContinues(fingerprint(3, GROUPS, limit(10)), /* evolves= */ false))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("steps[2] (limit) kept state and is gone");
  }
}
