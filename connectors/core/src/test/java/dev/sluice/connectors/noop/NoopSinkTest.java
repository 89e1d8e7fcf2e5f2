package dev.sluice.connectors.noop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite for sinks asks for the rows back, which nobody has here: what is left of it. */
class NoopSinkTest {
  private static final Schema SCHEMA =
      Schema.of(new Field("id", AtomicType.BIGINT), new Field("name", AtomicType.STRING));

  @ParameterizedTest
  @EnumSource
  void takesABatchAgainAndInAnyModeAndClosesTwice(OutputMode mode) {
    NoopSinkType type = new NoopSinkType();
    assertThat(type.outputModes()).contains(mode);
    assertThat(type.allowsTemporaryCheckpoint()).isTrue();
    Sink sink =
        type.open(
            SCHEMA,
            List.of(),
            mode,
            Options.of(type.options(), Map.of()),
            SinkContexts.of("q", any -> new LocalFileStore()).recovered(true).build());
    for (long epoch : new long[] {7, 7, 8}) {
      try (Write write = sink.begin(epoch)) {
        for (int index = 0; index < 2; index++) {
          Write.Part part = write.part(index);
          part.write(Rows.numbered(SCHEMA, 0, 3));
          part.finish();
        }
        write.commit();
        write.commit();
      }
    }
    assertThat(sink.hidesUntilCommit()).isTrue();
    assertThat(sink.retried().count()).isZero();
    sink.close();
    sink.close();
  }
}
