package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.memory.MemoryTable;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.Pipeline;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.pipeline.Secrets;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.sql.JsonValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Observed streaming queries as pipeline files, run from files to a memory sink by all that a user
 * runs: loader, planner, file source, loop, checkpoint, restarts.
 */
@NullMarked
final class StreamingCases {
  private static final Set<String> STEPS =
      Set.of(
          "select",
          "filter",
          "with_column",
          "drop",
          "aggregate",
          "union",
          "sort",
          "limit",
          "pass",
          "sql",
          "watermark",
          "dedup",
          "distinct",
          "dedup_within_watermark",
          "join",
          "stateful");

  private static final Map<String, String> SETTINGS =
      Map.of(
          "noDataMicroBatches.enabled", "noDataBatches",
          "multipleWatermarkPolicy", "multipleWatermarkPolicy");

  /** Where a case with a file sink writes. */
  static final String OUTPUT = "output";

  private static final Pattern ALIAS =
      Pattern.compile(
          "(.*\\S)\\s+AS\\s+(`[^`]+`|\\w+)\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Map<String, @Nullable Object> one;
  private final Path folder;
  private final List<Map<String, @Nullable Object>> batches = new ArrayList<>();
  private long time = 1_700_000_000_000L;
  private int files;

  /** The outside would not let it start; no data has moved. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(PipelineException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private StreamingCases(Map<String, @Nullable Object> one, Path folder) {
    this.one = one;
    this.folder = folder;
  }

  /** What was observed of a case, in the form of the recorded facts; empty if it needs more. */
  static Optional<Map<String, @Nullable Object>> run(Map<String, @Nullable Object> one, Path folder)
      throws IOException {
    StreamingCases self = new StreamingCases(one, folder);
    return self.isWithinReach() ? Optional.of(self.observe()) : Optional.empty();
  }

  private boolean isWithinReach() {
    boolean known =
        list(one.get("steps")).stream().allMatch(step -> STEPS.contains(map(step).get("op")));
    return known;
  }

  private Map<String, @Nullable Object> observe() throws IOException {
    Map<String, @Nullable Object> seen = new LinkedHashMap<>();
    seen.put("id", one.get("id"));
    try {
      for (String input : map(one.get("inputs")).keySet()) {
        Files.createDirectories(folder.resolve(input));
      }
      for (Map.Entry<String, ?> table : map(one.get("tables")).entrySet()) {
        put(
            folder.resolve(table.getKey()).resolve("table.json"),
            text(map(table.getValue()).get("rows")),
            time);
      }
      Path file = folder.resolve("pipeline.yaml");
      Files.writeString(file, Json.write(pipeline()));
      List<?> runs = list(one.get("runs"));
      if (Boolean.TRUE.equals(one.get("live"))) {
        start(file, new Idle(runs));
      } else {
        for (Object run : runs) {
          write(run);
          start(file, Clock.SYSTEM);
        }
      }
    } catch (InvalidPipelineException e) {
      seen.put("rejected", Map.of("message", String.valueOf(e.getMessage())));
    } catch (Refused e) {
      seen.put("rejected", Map.of("message", String.valueOf(e.getMessage())));
    } catch (PipelineException e) {
      seen.put("failed", Map.of("code", e.code(), "message", String.valueOf(e.getMessage())));
    } catch (RuntimeException | InterruptedException | StackOverflowError e) {
      seen.put("failed", Map.of("code", "internal", "message", e.toString()));
    } finally {
      MemoryTable.forget(String.valueOf(one.get("id")));
    }
    for (Map<String, @Nullable Object> batch : batches) {
      batch.put("watermark_after", watermark((Long) Objects.requireNonNull(batch.get("batch"))));
    }
    seen.put("batches", batches);
    return seen;
  }

  /**
   * Gives a running query the next data each time it has nothing to do, and in the end stops it.
   */
  private final class Idle implements Clock {
    private final Iterator<?> runs;

    Idle(List<?> runs) {
      this.runs = runs.iterator();
    }

    @Override
    public long millis() {
      return Clock.SYSTEM.millis();
    }

    @Override
    public long nanos() {
      return Clock.SYSTEM.nanos();
    }

    @Override
    public void sleep(long millis) throws InterruptedException {
      if (!runs.hasNext()) {
        throw new InterruptedException("no more data");
      }
      try {
        write(runs.next());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void start(Path file, Clock clock) throws InterruptedException {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        PipelineLoader.load(LoadRequest.check(file, "p.yaml"), Wiring.components(), problems);
    problems.throwIfErrors();
    FileStores files = Wiring.files();
    Plan plan;
    try {
      plan =
          pipeline.orElseThrow().open(folder.resolve("checkpoint").toString(), files, Clock.SYSTEM);
    } catch (PipelineException e) {
      throw new Refused(e);
    }
    RunEnvironment environment =
        new RunEnvironment(
            files,
            clock,
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            this::collect,
            Failpoints.NONE);
    try (Run run = Wiring.engine(new Secrets()).start(plan, environment)) {
      run.await();
    }
  }

  private void collect(Progress progress) {
    if (one.containsKey("sink")) {
      return;
    }
    MemoryTable table = MemoryTable.find(String.valueOf(one.get("id"))).orElseThrow();
    List<@Nullable Object> rows = new ArrayList<>();
    for (Batch batch : table.epochs().getOrDefault(progress.batchId(), List.of())) {
      for (int row = 0; row < batch.rows(); row++) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < batch.columns().size(); i++) {
          String name = batch.schema().field(i).name();
          for (int n = 2; values.containsKey(name); n++) {
            name = batch.schema().field(i).name() + "#" + n;
          }
          values.put(name, JsonValues.toJson(batch.column(i), row));
        }
        rows.add(values);
      }
    }
    Map<String, @Nullable Object> batch = new LinkedHashMap<>();
    batch.put("batch", progress.batchId());
    batch.put("rows", rows);
    batches.add(batch);
  }

  /**
   * What the commit of a batch says of the next one; null without one. It may be written after its
   * batch was told of, so that it is read when the query has ended.
   */
  private @Nullable String watermark(long batchId) {
    try {
      Path file = folder.resolve("checkpoint/commits/" + batchId);
      if (Files.notExists(file)) {
        return null;
      }
      String commit = Files.readString(file);
      Object millis = Json.parseObject(commit.lines().toList().get(1)).get("nextBatchWatermarkMs");
      return LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC)
          .plus(Duration.ofMillis((Long) Objects.requireNonNull(millis)))
          .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT))
          .replaceFirst("\\.?0*$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the pipeline file

  private Map<String, @Nullable Object> pipeline() {
    Map<String, @Nullable Object> file = new LinkedHashMap<>();
    file.put("name", one.get("id"));
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    map(one.get("inputs")).forEach((name, input) -> sources.put(name, source(name, map(input))));
    map(one.get("tables")).forEach((name, table) -> sources.put(name, table(name, map(table))));
    file.put("sources", sources);
    Map<String, @Nullable Object> views = new LinkedHashMap<>();
    String last = sources.keySet().iterator().next();
    int number = 0;
    for (Object item : list(one.get("steps"))) {
      Map<String, ?> step = map(item);
      String from =
          step.get("left") != null
              ? String.valueOf(step.get("left"))
              : step.get("from") == null ? last : String.valueOf(step.get("from"));
      last = step.get("as") == null ? "step" + number++ : String.valueOf(step.get("as"));
      List<@Nullable Object> steps = new ArrayList<>();
      steps.add(Map.of("from", from));
      step(step).ifPresent(steps::add);
      views.put(last, steps);
    }
    file.put("views", views);
    file.put("trigger", Boolean.TRUE.equals(one.get("live")) ? "default" : "availableNow");
    Map<String, Object> settings = new LinkedHashMap<>();
    map(one.get("conf"))
        .forEach(
            (key, value) ->
                settings.put(
                    SETTINGS.get(key.substring("spark.sql.streaming.".length())),
                    switch (String.valueOf(value)) {
                      case "true" -> true;
                      case "false" -> false;
                      default -> String.valueOf(value);
                    }));
    file.put("settings", settings);
    file.put("checkpointLocation", "checkpoint");
    file.put("sink", sink(last));
    return file;
  }

  private Map<String, @Nullable Object> sink(String from) {
    Map<String, @Nullable Object> sink = new LinkedHashMap<>();
    Map<String, ?> given = map(one.get("sink"));
    sink.put("format", given.isEmpty() ? "memory" : given.get("format"));
    sink.put("from", from);
    sink.put("outputMode", String.valueOf(one.get("output_mode")));
    if (!given.isEmpty()) {
      sink.put("path", OUTPUT);
    }
    if (given.containsKey("partition_by")) {
      sink.put("partitionBy", given.get("partition_by"));
    }
    if (given.containsKey("options")) {
      sink.put("options", given.get("options"));
    }
    return sink;
  }

  private static Map<String, @Nullable Object> source(String name, Map<String, ?> input) {
    String format = input.get("format") == null ? "json" : String.valueOf(input.get("format"));
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    Object limit = input.get("max_files_per_trigger");
    options.put("maxFilesPerTrigger", limit == null ? 1 : limit);
    if (input.get("options") != null) {
      map(input.get("options")).forEach(options::put);
    }
    Map<String, @Nullable Object> source = new LinkedHashMap<>();
    source.put("format", format);
    source.put("path", input.get("glob") == null ? name : name + "/" + input.get("glob"));
    source.put("options", options);
    if (!format.equals("text")) {
      source.put("schema", input.get("schema"));
    }
    return source;
  }

  private static Map<String, @Nullable Object> table(String name, Map<String, ?> table) {
    Map<String, @Nullable Object> source = new LinkedHashMap<>();
    source.put("format", "json");
    source.put("path", name);
    source.put("static", true);
    source.put("schema", table.get("schema"));
    return source;
  }

  private static Optional<Map<String, Object>> step(Map<String, ?> step) {
    return switch (String.valueOf(step.get("op"))) {
      case "select" -> Optional.of(Map.of("select", list(step.get("exprs"))));
      case "filter" -> Optional.of(Map.of("where", String.valueOf(step.get("condition"))));
      case "with_column" ->
          Optional.of(
              Map.of(
                  "withColumns",
                  Map.of(String.valueOf(step.get("name")), String.valueOf(step.get("expr")))));
      case "drop" -> Optional.of(Map.of("drop", list(step.get("columns"))));
      case "sort" -> Optional.of(Map.of("sort", list(step.get("exprs"))));
      case "sql" -> Optional.of(Map.of("sql", String.valueOf(step.get("query"))));
      case "limit" -> Optional.of(Map.of("limit", number(step.get("n"))));
      case "union" -> Optional.of(Map.of("union", List.of(String.valueOf(step.get("right")))));
      case "aggregate" -> Optional.of(Map.of("groupBy", groups(step)));
      case "watermark" ->
          Optional.of(
              Map.of(
                  "watermark",
                  Map.of(
                      "column", String.valueOf(step.get("column")),
                      "delay", String.valueOf(step.get("delay")))));
      case "join" -> Optional.of(Map.of("join", join(step)));
      case "stateful" -> Optional.of(Map.of("transformWithState", StatefulSteps.of(step)));
      case "distinct" -> Optional.of(Map.of("dropDuplicates", Map.of()));
      case "dedup" -> Optional.of(Map.of("dropDuplicates", duplicates(step, false)));
      case "dedup_within_watermark" ->
          Optional.of(Map.of("dropDuplicates", duplicates(step, true)));
      default -> Optional.empty();
    };
  }

  private static Map<String, Object> join(Map<String, ?> step) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("with", String.valueOf(step.get("right")));
    String type = step.get("type") == null ? "inner" : String.valueOf(step.get("type"));
    boolean cross = step.get("on") == null && step.get("using") == null;
    int second = type.indexOf('_');
    value.put(
        "type",
        cross
            ? "cross"
            : second < 0
                ? type
                : type.substring(0, second)
                    + Character.toUpperCase(type.charAt(second + 1))
                    + type.substring(second + 2));
    if (step.get("on") != null) {
      value.put("on", String.valueOf(step.get("on")));
    } else if (step.get("using") != null) {
      value.put("on", list(step.get("using")));
    }
    return value;
  }

  private static Map<String, Object> duplicates(Map<String, ?> step, boolean within) {
    Map<String, Object> value = new LinkedHashMap<>();
    if (step.get("columns") != null) {
      value.put("columns", list(step.get("columns")));
    }
    if (within) {
      value.put("withinWatermark", true);
    }
    return value;
  }

  private static Object number(@Nullable Object value) {
    return value == null ? 0 : value;
  }

  private static Map<String, Object> groups(Map<String, ?> step) {
    Map<String, Object> aggregations = new LinkedHashMap<>();
    for (Object item : list(step.get("aggs"))) {
      String text = String.valueOf(item);
      Matcher alias = ALIAS.matcher(text);
      if (alias.matches()) {
        aggregations.put(alias.group(2).replace("`", ""), alias.group(1));
      } else {
        aggregations.put(text, text);
      }
    }
    Map<String, Object> groups = new LinkedHashMap<>();
    if (!list(step.get("group_by")).isEmpty()) {
      groups.put("keys", list(step.get("group_by")));
    }
    groups.put("agg", aggregations);
    return groups;
  }

  // ---- the input files

  private void write(@Nullable Object run) throws IOException {
    for (Object step : list(run)) {
      for (Map.Entry<String, ?> input : map(step).entrySet()) {
        write(input.getKey(), input.getValue());
      }
    }
  }

  private void write(String input, @Nullable Object content) throws IOException {
    if (content == null) {
      return;
    }
    if (content instanceof Map<?, ?> several) {
      for (Object item : list(several.get("files"))) {
        Map<String, ?> file = map(item);
        Object offset = file.get("mtime_offset_s");
        long at = time + (offset instanceof Number seconds ? seconds.longValue() * 1000 : 0);
        put(
            folder.resolve(input).resolve(String.valueOf(file.get("path"))),
            text(file.get("rows")),
            at);
      }
      time += 1000;
      return;
    }
    String format = String.valueOf(map(map(one.get("inputs")).get(input)).get("format"));
    String suffix = format.equals("null") ? "json" : format;
    time += 1000;
    put(
        folder.resolve(input).resolve(String.format("f%05d.%s", files++, suffix)),
        text(content),
        time);
  }

  private static String text(@Nullable Object rows) {
    if (rows instanceof String text) {
      return text;
    }
    StringBuilder lines = new StringBuilder();
    for (Object row : list(rows)) {
      lines.append(row instanceof String line ? line : Json.write(row)).append('\n');
    }
    return lines.toString();
  }

  private static void put(Path file, String text, long time) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time));
  }

  // ---- plain values

  @SuppressWarnings("unchecked")
  private static Map<String, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, ?>) value;
  }

  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }
}
