package dev.sluice.connectors.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real programs. */
@Timeout(300)
class ForeachBatchSinkTest {
  private static final Schema SCHEMA = Schema.of(new Field("n", AtomicType.BIGINT));

  @TempDir Path folder;

  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  private Sink sink(String script, String... more) {
    Map<String, String> given =
        new HashMap<>(Map.of("command", Json.write(List.of("sh", "-c", script))));
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    ForeachBatchSinkType type = new ForeachBatchSinkType();
    return type.open(
        SCHEMA,
        List.of(),
        OutputMode.UPDATE,
        Options.of(type.options(), given),
        SinkContexts.of("orders", any -> new LocalFileStore())
            .queryId("id")
            .baseDirectory(folder.toString())
            .notes(notes::add)
            .build());
  }

  private static void write(Sink sink, long epoch, long... parts) {
    try (Write write = sink.begin(epoch)) {
      for (int i = 0; i < parts.length; i++) {
        Write.Part part = write.part(i);
        LongColumn column =
            new LongColumn(AtomicType.BIGINT, new long[] {parts[i]}, Validity.ALL, 1);
        part.write(new Batch(SCHEMA, List.of(column), 1));
        part.finish();
      }
      write.commit();
    }
  }

  @Test
  void aProgramGetsTheRowsAndTheBatch() throws IOException {
    try (Sink sink =
        sink(
            "cat > rows; echo $SLUICE_PIPELINE $SLUICE_QUERY_ID $SLUICE_BATCH_ID"
                + " $SLUICE_OUTPUT_MODE $SLUICE_BATCH_ROWS > about; ls $SLUICE_BATCH_DIR >"
                + " files")) {
      write(sink, 3, 1, 2);
    }
    assertThat(folder.resolve("rows")).hasContent("{\"n\":1}\n{\"n\":2}\n");
    assertThat(folder.resolve("about")).hasContent("orders id 3 update 2\n");
    assertThat(Files.readAllLines(folder.resolve("files"))).hasSize(2);
  }

  @Test
  void aBatchWithoutRowsIsABatchToo() {
    try (Sink sink = sink("echo $SLUICE_BATCH_ROWS > rows")) {
      write(sink, 0);
    }
    assertThat(folder.resolve("rows")).hasContent("0\n");
  }

  @Test
  void aProgramNeedNotReadItsInput() {
    try (Sink sink = sink("echo $SLUICE_BATCH_ROWS > rows; exit 0")) {
      write(sink, 0, 1);
    }
    assertThat(folder.resolve("rows")).hasContent("1\n");
  }

  @Test
  void anExitCodeFailsTheBatchWithWhatTheProgramSaid() {
    try (Sink sink = sink("echo no room >&2; exit 3")) {
      assertThatThrownBy(() -> write(sink, 7, 1))
          .isInstanceOf(PipelineException.class)
          .hasMessage("the program 'sh' ended with 3 for batch 7; it said: no room");
    }
  }

  @Test
  void aProgramThatTakesTooLongIsEnded() {
    try (Sink sink = sink("exec sleep 600", "timeout", "50ms")) {
      assertThatThrownBy(() -> write(sink, 0, 1)).hasMessageContaining("has not ended after 50 ms");
    }
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    ForeachBatchSinkType type = new ForeachBatchSinkType();
    Options options = Options.of(type.options(), Map.of("command", "[\"/no/such/program\"]"));
    try (Sink sink =
        type.open(
            SCHEMA,
            List.of(),
            OutputMode.APPEND,
            options,
            SinkContexts.of("q", any -> new LocalFileStore())
                .baseDirectory(folder.toString())
                .build())) {
      assertThatThrownBy(() -> write(sink, 0, 1))
          .hasMessageContaining("'/no/such/program' cannot be started");
    }
  }

  @Test
  void aBatchThatIsGivenUpStartsNothing() {
    try (Sink sink = sink("touch started");
        Write write = sink.begin(0)) {
      write.part(0).finish();
    }
    assertThat(folder.resolve("started")).doesNotExist();
  }

  @Test
  void whatItPrintsIsNotedLineByLine() {
    try (Sink sink = sink("printf 'one\\ntwo\\033[2J\\n'; echo three >&2")) {
      write(sink, 0, 1);
    }
    assertThat(notes).containsExactly("sh: one", "sh: two?[2J", "sh: three");
  }

  /** Runs a program that writes a process's number into a file and goes on; then stops it. */
  private void stops(String script, String file) throws Exception {
    try (Sink sink = sink(script)) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread loop =
          new Thread(
              () -> {
                try {
                  write(sink, 0, 1);
                } catch (PipelineException e) {
                  failure.set(e);
                }
              });
      loop.start();
      Path number = folder.resolve(file);
      while (!Files.exists(number) || !Files.readString(number).endsWith("\n")) {
        Wait.aMoment();
      }
      loop.interrupt();
      loop.join();
      assertThat(failure.get()).hasMessageContaining("stopped");
      long process = Long.parseLong(Files.readString(number).strip());
      ProcessHandle.of(process).ifPresent(left -> left.onExit().join());
      assertThat(ProcessHandle.of(process).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void aStopEndsTheProgram() throws Exception {
    stops("echo $$ > own; exec sleep 600", "own");
  }

  @Test
  void whatItHasStartedEndsWithIt() throws Exception {
    stops("sleep 600 & echo $! > child; sleep 600", "child");
  }

  @Test
  void aBatchThatComesAgainHasTheSameNumber() {
    try (Sink sink = sink("echo $SLUICE_QUERY_ID $SLUICE_BATCH_ID >> batches")) {
      write(sink, 6, 1);
      write(sink, 6, 1);
    }
    assertThat(folder.resolve("batches")).hasContent("id 6\nid 6\n");
  }
}
