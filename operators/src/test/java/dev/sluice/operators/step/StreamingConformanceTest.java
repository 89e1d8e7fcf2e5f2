package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.operator.EmbeddedDataflow;
import dev.sluice.operators.operator.Emitter;
import dev.sluice.operators.operator.Epoch;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.TypeParser;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streaming queries of which Spark's answer to each batch was observed, as far as they need neither
 * watermark nor join: planned through the steps, run batch by batch, restarted where they were.
 */
@NullMarked
class StreamingConformanceTest {
  private static final Set<String> KNOWN =
      Set.of("aggregate", "select", "filter", "with_column", "drop", "union", "sort", "limit");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  @TempDir Path folder;
  private int stores;

  @Test
  void answersEachBatchAsSparkDoes() throws IOException {
    Map<String, String> wrong = new TreeMap<>();
    int right = 0;
    int waiting = 0;
    for (String file : List.of("suite_cases", "random_cases")) {
      Path path = SharedData.require("conformance/streaming/" + file + ".jsonl");
      for (String line : Files.readAllLines(path)) {
        Map<String, @Nullable Object> one = Json.parseObject(line);
        if (!fits(one)) {
          continue;
        }
        for (int workers : new int[] {1, 2}) {
          String difference = difference(one, workers);
          if (difference.isEmpty()) {
            right++;
          } else if (difference.contains("error[unknown-function]")) {
            waiting++;
          } else {
            wrong.put(one.get("id") + " with " + workers, difference);
          }
        }
      }
    }
    System.out.printf(
        "streaming conformance: %d right, %d wrong, %d wait for a function%n",
        right, wrong.size(), waiting);
    assertThat(wrong).isEmpty();
    assertThat(right).isGreaterThanOrEqualTo(190);
  }

  private static boolean fits(Map<String, @Nullable Object> one) {
    boolean plain = "ok".equals(map(one.get("expected")).get("outcome"));
    for (Object step : list(one.get("steps"))) {
      plain &= KNOWN.contains(String.valueOf(map(step).get("op")));
    }
    for (Object input : map(one.get("inputs")).values()) {
      plain &= map(input).get("format") == null && map(input).get("options") == null;
      plain &= !String.valueOf(map(input).get("schema")).matches(".*(DATE|TIMESTAMP|MAP|BIN).*");
    }
    for (Object run : list(one.get("runs"))) {
      for (Object batch : list(run)) {
        for (Object rows : map(batch).values()) {
          plain &=
              rows == null
                  || rows instanceof List<?> l && l.stream().allMatch(Map.class::isInstance);
        }
      }
    }
    return plain && one.get("live") == null;
  }

  private String difference(Map<String, @Nullable Object> one, int workers) {
    try {
      StringBuilder out = new StringBuilder();
      List<?> expected = list(map(one.get("expected")).get("batches"));
      List<List<Map<String, @Nullable Object>>> actual = run(one, workers);
      if (actual.size() != expected.size()) {
        return actual.size() + " batches, not " + expected.size();
      }
      boolean ordered = Boolean.TRUE.equals(one.get("ordered"));
      for (int i = 0; i < expected.size(); i++) {
        // A set has no order; Spark shows that of a hash table.
        boolean sets = String.valueOf(one.get("steps")).contains("collect_set");
        List<String> want = texts(list(map(expected.get(i)).get("rows")), ordered, sets);
        List<String> got = texts(actual.get(i), ordered, sets);
        if (!want.equals(got)) {
          out.append("batch ").append(i).append(": ").append(got).append(" not ").append(want);
        }
      }
      return out.toString();
    } catch (RuntimeException | IOException e) {
      return e.toString();
    }
  }

  private static List<String> texts(List<?> rows, boolean ordered, boolean sets) {
    List<String> texts = new ArrayList<>();
    for (Object row : rows) {
      texts.add(String.valueOf(normal(row, sets)));
    }
    if (!ordered) {
      texts.sort(Comparator.naturalOrder());
    }
    return texts;
  }

  /** Numbers to fifteen digits, so that the order of floating-point additions does not count. */
  private static @Nullable Object normal(@Nullable Object value, boolean sets) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((k, v) -> sorted.put(String.valueOf(k), normal(v, sets)));
      return sorted;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      list.forEach(v -> all.add(normal(v, sets)));
      if (sets) {
        all.sort(Comparator.comparing(String::valueOf));
      }
      return all;
    }
    if (value instanceof Number number && !(number instanceof Double d && !Double.isFinite(d))) {
      BigDecimal decimal = new BigDecimal(number.toString()).round(new MathContext(14));
      return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }
    return value instanceof Number ? value.toString() : value;
  }

  private List<List<Map<String, @Nullable Object>>> run(
      Map<String, @Nullable Object> one, int workers) throws IOException {
    Rel root = plan(one);
    OutputMode mode =
        OutputMode.valueOf(String.valueOf(one.get("output_mode")).toUpperCase(Locale.ROOT));
    String state = folder.resolve("state" + stores++).toString();
    List<List<Map<String, @Nullable Object>>> result = new ArrayList<>();
    for (Object run : list(one.get("runs"))) {
      try (EmbeddedDataflow dataflow =
          EmbeddedDataflow.create(
              List.of(new EmbeddedDataflow.Output(root, mode)),
              workers,
              new LocalFileStore(),
              state)) {
        dataflow.restore(result.size());
        for (Map<String, @Nullable Object> batch : batches(list(run))) {
          int epoch = result.size();
          result.add(epoch(dataflow, epoch, workers, batch));
          dataflow.commitState(epoch);
        }
      }
    }
    return result;
  }

  /** Each source gives one file a batch, for as long as it has any. */
  private static List<Map<String, @Nullable Object>> batches(List<?> run) {
    Map<String, Integer> given = new HashMap<>();
    List<Map<String, @Nullable Object>> batches = new ArrayList<>();
    for (Object files : run) {
      map(files)
          .forEach(
              (source, rows) -> {
                if (rows != null) {
                  int index = given.merge(source, 1, Integer::sum) - 1;
                  if (index == batches.size()) {
                    batches.add(new LinkedHashMap<>());
                  }
                  batches.get(index).put(source, rows);
                }
              });
    }
    return batches;
  }

  private static List<Map<String, @Nullable Object>> epoch(
      EmbeddedDataflow dataflow, int epoch, int workers, Map<String, @Nullable Object> batch) {
    List<Batch> out = new ArrayList<>();
    List<Emitter> emitters = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      emitters.add(
          rows -> {
            synchronized (out) {
              out.add(rows);
            }
          });
    }
    dataflow.begin(new Epoch(epoch, 0, 0, 0), List.of(emitters));
    for (Map.Entry<String, Dataflow.Scan> scan : dataflow.scans().entrySet()) {
      List<?> rows = batch.get(scan.getKey()) == null ? List.of() : list(batch.get(scan.getKey()));
      Schema schema = scan.getValue().schema();
      // Each row a split of its own: the rows of a file are spread over all workers.
      for (int i = rows.size() - 1; i >= 0 && workers > 1; i--) {
        dataflow.beginSplit(scan.getKey(), i % workers, i);
        dataflow.process(scan.getKey(), i % workers, batch(schema, rows.subList(i, i + 1)));
      }
      if (workers == 1) {
        dataflow.process(scan.getKey(), 0, batch(schema, rows));
      }
    }
    dataflow.finish();
    List<Map<String, @Nullable Object>> result = new ArrayList<>();
    for (Batch rows : out) {
      for (int row = 0; row < rows.rows(); row++) {
        result.add(row(rows, row));
      }
    }
    return result;
  }

  private static Map<String, @Nullable Object> row(Batch rows, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int c = 0; c < rows.columns().size(); c++) {
      String name = rows.schema().field(c).name();
      String key = name;
      for (int n = 2; values.containsKey(key); n++) {
        key = name + "#" + n;
      }
      values.put(key, json(rows.schema().field(c).type(), rows.column(c).value(row)));
    }
    return values;
  }

  private static @Nullable Object json(DataType type, @Nullable Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof Long micros
        && (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ)) {
      long seconds = Math.floorDiv(micros, 1_000_000L);
      int nanos = (int) Math.floorMod(micros, 1_000_000L) * 1000;
      String text = LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC).format(SECONDS);
      return nanos == 0
          ? text
          : text + ("." + String.format("%09d", nanos)).replaceFirst("0+$", "");
    }
    if (value instanceof Integer days && type == AtomicType.DATE) {
      return LocalDate.ofEpochDay(days).toString();
    }
    if (type instanceof ArrayType array && value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>();
      list.forEach(v -> all.add(json(array.element(), v)));
      return all;
    }
    if (type instanceof StructType struct && value instanceof List<?> list) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < struct.size(); i++) {
        fields.put(struct.field(i).name(), json(struct.field(i).type(), list.get(i)));
      }
      return fields;
    }
    return value;
  }

  private static Batch batch(Schema schema, List<?> rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field.type(), Math.max(1, rows.size()));
      for (Object row : rows) {
        builder.appendValue(value(field.type(), map(row).get(field.name())));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  private static @Nullable Object value(DataType type, @Nullable Object json) {
    if (json == null) {
      return null;
    }
    if (type instanceof ArrayType array) {
      return list(json).stream().map(v -> value(array.element(), v)).toList();
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().map(f -> value(f.type(), map(json).get(f.name()))).toList();
    }
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(json.toString()).setScale(decimal.scale());
    }
    if (type == AtomicType.INT) {
      return ((Number) json).intValue();
    }
    if (type == AtomicType.BIGINT) {
      return ((Number) json).longValue();
    }
    if (type == AtomicType.DOUBLE) {
      return Double.valueOf(json.toString());
    }
    return json;
  }

  private static Rel plan(Map<String, @Nullable Object> one) {
    Map<String, Rel> nodes = new HashMap<>();
    Rel current = null;
    for (Map.Entry<String, @Nullable Object> input : map(one.get("inputs")).entrySet()) {
      Schema schema = TypeParser.parseSchema(String.valueOf(map(input.getValue()).get("schema")));
      Rel read = new Rel.Read(input.getKey(), schema, true, Origin.NONE);
      nodes.put(input.getKey(), read);
      current = current == null ? read : current;
    }
    if (current == null) {
      throw new IllegalArgumentException("no input");
    }
    for (Object each : list(one.get("steps"))) {
      Map<String, @Nullable Object> step = map(each);
      Rel from = step.get("from") == null ? current : nodes.get(String.valueOf(step.get("from")));
      current = step(step, from == null ? current : from, nodes);
      if (step.get("as") != null) {
        nodes.put(String.valueOf(step.get("as")), current);
      }
    }
    return current;
  }

  private static Rel step(Map<String, @Nullable Object> step, Rel input, Map<String, Rel> nodes) {
    StepHarness harness = new StepHarness(input.schema()).over(input);
    String op = String.valueOf(step.get("op"));
    Rel result =
        switch (op) {
          case "select" -> harness.plan(new SelectStep(), list(step.get("exprs")));
          case "filter" -> harness.plan(new WhereStep(), String.valueOf(step.get("condition")));
          case "with_column" ->
              harness.plan(
                  new WithColumnsStep(),
                  Map.of(String.valueOf(step.get("name")), String.valueOf(step.get("expr"))));
          case "drop" -> harness.plan(new DropStep(), list(step.get("columns")));
          case "sort" -> harness.plan(new SortStep(), list(step.get("exprs")));
          case "limit" ->
              harness.plan(new LimitStep(), (Number) value(AtomicType.BIGINT, step.get("n")));
          case "union" -> union(harness, step, input, nodes);
          default -> harness.plan(new GroupByStep(), groups(step));
        };
    if (!harness.problems().isEmpty()) {
      throw new IllegalArgumentException(harness.problems().toString());
    }
    return result;
  }

  private static Rel union(
      StepHarness harness, Map<String, @Nullable Object> step, Rel input, Map<String, Rel> nodes) {
    Rel right = nodes.get(String.valueOf(step.get("right")));
    if (right == null) {
      throw new IllegalArgumentException("no " + step.get("right"));
    }
    if (!Boolean.TRUE.equals(step.get("by_name"))) {
      List<NamedExpression> columns = new ArrayList<>();
      for (int i = 0; i < right.schema().size(); i++) {
        columns.add(
            new NamedExpression(
                input.schema().field(i).name(), StepValues.reference(right.schema(), i)));
      }
      right = new Rel.Project(right, columns, Origin.NONE);
    }
    return harness.with("right", right).plan(new UnionStep(), List.of("right"));
  }

  private static Map<Object, Object> groups(Map<String, @Nullable Object> step) {
    Map<Object, Object> aggregates = new LinkedHashMap<>();
    for (Object aggregate : list(step.get("aggs"))) {
      String text = String.valueOf(aggregate);
      int as = text.lastIndexOf(" AS ");
      aggregates.put(
          as < 0 ? text : text.substring(as + 4).trim(), as < 0 ? text : text.substring(0, as));
    }
    Map<Object, Object> groups = new LinkedHashMap<>();
    groups.put("keys", list(step.get("group_by")));
    groups.put("agg", aggregates);
    return groups;
  }

  private static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((k, v) -> result.put(String.valueOf(k), v));
    }
    return result;
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
