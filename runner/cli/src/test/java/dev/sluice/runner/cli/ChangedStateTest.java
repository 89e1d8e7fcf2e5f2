package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each kind of step with state may become between two runs on one checkpoint, and what not:
 * then it is said before any data moves, at the line that changed, what was and what is.
 */
class ChangedStateTest {
  private static final String START =
      """
      name: q
      sources:
        a: {format: csv, path: in, schema: {id: bigint, word: string, at: timestamp, by: timestamp}}
        b: {format: csv, path: in2, schema: {id2: bigint, word2: string, at2: timestamp}}
      views:
        left:
          - from: a
          - watermark: {column: at, delay: 1 minute}
        right:
          - from: b
          - watermark: {column: at2, delay: 1 minute}
      steps:
      """;

  private static final String END =
      """
      trigger: availableNow
      sink: {format: %s, outputMode: %s}
      checkpointLocation: cp
      """;

  /** A query of its own for each kind of step. */
  enum Steps {
    WINDOW(
        "update",
        """
          - from: left
          - where: id > 0
          - groupBy:
              window: {column: at, duration: 10 minutes, slide: 5 minutes}
              keys: [word]
              agg:
                n: count(*)
                total: sum(id)
        """),
    SESSION(
        "append",
        """
          - from: left
          - groupBy:
              window: {column: at, gap: 10 minutes}
              keys: [word]
              agg: {n: count(*)}
        """),
    DISTINCT(
        "append",
        """
          - from: left
          - dropDuplicates: {columns: [id, at]}
          - select: [id]
        """),
    WITHIN(
        "append",
        """
          - from: left
          - dropDuplicates: {columns: [id], withinWatermark: true}
        """),
    JOIN(
        "append",
        """
          - from: left
          - join:
              with: right
              type: inner
              on: left.id = right.id2 AND at2 BETWEEN at AND at + INTERVAL 1 HOUR
          - select: [id, word, word2, at, at2]
        """),
    STATE(
        "append",
        """
          - from: left
          - transformWithState:
              keys: [word]
              state: {n: bigint, last: timestamp}
              update: {n: "coalesce(state.n, 0) + 1", last: row.at}
              emit: {select: [key.word, state.n]}
              timeout:
                eventTime: greatest(state.last + INTERVAL 1 HOUR, watermark)
        """),
    LIMIT(
        "append",
        """
          - from: left
          - limit: 10
        """),
    TOP(
        "complete",
        """
          - from: left
          - groupBy: {keys: [word], agg: {n: count(*)}}
          - sort: [n DESC]
          - limit: 10
        """),
    TWO(
        "append",
        """
          - from: left
          - dropDuplicates: {columns: [id, at]}
          - groupBy: {window: {column: at, duration: 10 minutes}, keys: [word], agg: {n: count(*)}}
        """);

    final String mode;
    final String text;

    Steps(String mode, String text) {
      this.mode = mode;
      this.text = text;
    }

    String pipeline() {
      return START + text + END.formatted("noop", mode);
    }
  }

  @TempDir Path folder;

  private PipelineFolder ran(Steps steps) throws IOException {
    PipelineFolder bench = new PipelineFolder(folder);
    bench.put("in/1.csv", "1,a,2026-01-01 00:01:00,2026-01-01 00:00:30\n");
    bench.put("in2/1.csv", "1,b,2026-01-01 00:02:00\n");
    bench.pipeline(steps.pipeline());
    bench.succeeds();
    bench.put("in/2.csv", "2,b,2026-01-01 02:01:00,2026-01-01 02:00:30\n");
    bench.put("in2/2.csv", "2,b,2026-01-01 02:02:00\n");
    return bench;
  }

  private static String replaced(Steps steps, String from, String to) {
    String text = steps.pipeline();
    String[] words = from.split("\\|", -1);
    String[] by = to.split("\\|", -1);
    for (int i = 0; i < words.length; i++) {
      assertThat(text).contains(words[i].replace("\\n", "\n"));
      text = text.replace(words[i].replace("\\n", "\n"), by[i].replace("\\n", "\n"));
    }
    return text;
  }

  /** The line and column, from 1, of a text after the views, or of what follows its {@code ^}. */
  private static String place(String text, String marker) {
    String words = marker.replace("^", "");
    int at = text.indexOf(words, words.equals("watermark") ? 0 : text.indexOf("\nsteps:"));
    assertThat(at).as(marker).isNotNegative();
    at += Math.max(0, marker.indexOf('^'));
    String before = text.substring(0, at);
    int line = (int) before.lines().count() + (before.endsWith("\n") ? 1 : 0);
    return "pipeline.yaml:" + line + ":" + (at - before.lastIndexOf('\n'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "WINDOW ~ keys: [word] ~ keys: [word, id] ~ 'keys: [word, ^id' ~ (groupBy) changed its"
            + " keys from [window STRUCT<start: TIMESTAMP, end: TIMESTAMP>, word STRING] to [",
        "WINDOW ~ total: sum(id) ~ total: max(id) ~ max(^id ~ changed its aggregates from"
            + " [count(1) BIGINT, sum(id) BIGINT] to [count(1) BIGINT, max(id) BIGINT]; undo",
        "WINDOW ~ '        n: count(*)\\n' ~ '' ~ groupBy ~ changed its aggregates from",
        "WINDOW ~ '        total: sum(id)\\n' ~ '        total: sum(id)\\n        most: max(id)\\n'"
            + " ~ max(^id ~ or set settings.allowStateEvolution: true",
        "WINDOW ~ duration: 10 minutes ~ duration: 20 minutes ~ groupBy ~ changed its windows from"
            + " [window(at, 10 minutes, slide 5 minutes)] to [window(at, 20 minutes, slide 5"
            + " minutes)]; undo",
        "WINDOW ~ slide: 5 minutes ~ slide: 2 minutes ~ groupBy ~ changed its windows from",
        "WINDOW ~ ', slide: 5 minutes' ~ ', slide: 5 minutes, startTime: 1 minute' ~ groupBy ~"
            + " changed its windows from",
        "WINDOW ~ outputMode: update ~ outputMode: append ~ groupBy ~ changed its output mode from"
            + " [update] to [append]",
        "SESSION ~ gap: 10 minutes ~ gap: 20 minutes ~ groupBy ~ changed its sessions from",
        "SESSION ~ gap: 10 minutes ~ duration: 10 minutes ~ 'window: ^{' ~ and its windows from"
            + " none to [",
        "DISTINCT ~ '[id, at]' ~ '[id, at, word]' ~ dropDuplicates ~ (dropDuplicates) changed its"
            + " columns from [id BIGINT, at TIMESTAMP] to [id BIGINT, word STRING, at TIMESTAMP]",
        "WITHIN ~ 'columns: [id]' ~ 'columns: [word]' ~ dropDuplicates ~ changed its columns from"
            + " [id BIGINT] to [word STRING]",
        "WITHIN ~ ', withinWatermark: true' ~ '' ~ dropDuplicates ~ changed its within watermark"
            + " from [yes] to none",
        "WITHIN ~ column: at, ~ column: by, ~ watermark ~ changed its event time from [at] to [by]",
        "JOIN ~ type: inner ~ type: leftOuter ~ join ~ (join) changed its type from [inner] to"
            + " [leftOuter]",
        "JOIN ~ left.id = right.id2 ~ left.word = right.word2 ~ left.word = ~ changed its condition"
            + " from",
        "JOIN ~ INTERVAL 1 HOUR ~ INTERVAL 2 HOURS ~ left.id = ~ changed its condition from",
        "JOIN ~ column: at, |at2 BETWEEN at AND at + ~ column: by, |at2 BETWEEN by AND by + ~"
            + " left.id = ~ changed its condition from",
        "STATE ~ keys: [word] ~ keys: [word, id] ~ 'keys: [word, ^id' ~ changed its keys from [word"
            + " STRING] to [word STRING, id BIGINT]",
        "STATE ~ '{n: bigint,' ~ '{n: int,' ~ transformWithState ~ changed its state from [n"
            + " BIGINT, last TIMESTAMP] to [n INT, last TIMESTAMP]",
        "STATE ~ 'eventTime: greatest(state.last + INTERVAL 1 HOUR, watermark)' ~ 'processingTime:"
            + " 1 hour' ~ transformWithState ~ changed its timeout by from",
        "STATE ~ '      update:' ~ '      ttl: 1 hour\\n      update:' ~ transformWithState ~"
            + " changed its ttl from none to [yes]",
        "LIMIT ~ limit: 10 ~ limit: 20 ~ limit ~ changed its rows from [10] to [20]",
        "TWO ~ '  - dropDuplicates: {columns: [id, at]}\\n"
            + "' ~ '' ~ 'sink: {format: ^noop' ~ steps[1] (dropDuplicates) kept state and is gone:"
            + " columns [id BIGINT, at TIMESTAMP]",
        "DISTINCT ~ '  - select: [id]\\n' ~ '  - limit: 5\\n' ~ limit ~ steps[2] (limit) keeps"
            + " state that the checkpoint does not have: rows [5]",
        "DISTINCT ~ '  - dropDuplicates: {columns: [id, at]}\\n' ~ '  - limit: 5\\n' ~ limit ~"
            + " steps[1] (limit) stands where the checkpoint has the state of another step: it was"
            + " steps[1] (dropDuplicates), deduplication with columns [id BIGINT, at TIMESTAMP]",
      })
  void whatSparkForbidsIsRefusedAtItsLine(
      Steps steps, String from, String to, String marker, String told) throws IOException {
    PipelineFolder bench = ran(steps);
    String changed = replaced(steps, from, to == null ? "" : to);
    bench.pipeline(changed);
    String said =
        bench.fails(Main.UNFIT, "error[state-changed]: the checkpoint does not fit", told);
    assertThat(said).contains(place(changed, marker) + ": error[state-changed]", "; undo the");
    // Undone, it goes on.
    bench.pipeline(steps.pipeline());
    bench.succeeds();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "WINDOW ~ id > 0 ~ id > 1 AND word <> 'x'",
        "WINDOW ~ '  - where: id > 0\\n' ~ ''",
        "WINDOW ~ delay: 1 minute ~ delay: 2 minutes",
        "WINDOW ~ format: noop ~ format: console",
        "WINDOW ~ n: count(*) ~ rows: count(*)",
        "WINDOW ~ trigger: availableNow ~ trigger: once",
        "WINDOW ~ path: in, ~ 'path: in, options: {maxFilesPerTrigger: 1},'",
        "WINDOW ~ checkpointLocation: cp ~ 'checkpointLocation: cp\\nsettings: {stateStore:"
            + " rocksdb}'",
        "WINDOW ~ checkpointLocation: cp ~ 'checkpointLocation: cp\\nsettings: {parallelism: 5}'",
        "SESSION ~ checkpointLocation: cp ~ 'checkpointLocation: cp\\nsettings: {stateStore:"
            + " rocksdb, parallelism: 3}'",
        "DISTINCT ~ '  - select: [id]' ~ '  - select: [id, id + 1 AS more]'",
        "JOIN ~ checkpointLocation: cp ~ 'checkpointLocation: cp\\nsettings: {stateStore: rocksdb,"
            + " parallelism: 3}'",
        "JOIN ~ '  - select: [id,' ~ '  - where: id > 1\\n  - select: [id,'",
        "TOP ~ limit: 10 ~ limit: 20",
        "TOP ~ '  - limit: 10\\n' ~ ''",
        "STATE ~ INTERVAL 1 HOUR ~ INTERVAL 2 HOURS",
        "STATE ~ 'coalesce(state.n, 0) + 1' ~ 'coalesce(state.n, 0) + 2'",
        "STATE ~ checkpointLocation: cp ~ 'checkpointLocation: cp\\nsettings: {stateStore:"
            + " rocksdb}'",
      })
  void whatSparkAllowsGoesOn(Steps steps, String from, String to) throws IOException {
    PipelineFolder bench = ran(steps);
    bench.pipeline(replaced(steps, from, to == null ? "" : to));
    assertThat(bench.run().code()).isZero();
  }
}
