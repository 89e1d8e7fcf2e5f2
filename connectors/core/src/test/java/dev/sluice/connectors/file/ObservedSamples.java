package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sample files of a format that describes itself, compared with Spark's reading of them. */
public final class ObservedSamples {
  /** Of larger files no more rows were counted. */
  private static final long MOST_ROWS = 200_001;

  private ObservedSamples() {}

  /**
   * @param cases how many there are
   * @param differences one line for each that is read otherwise
   */
  public record Result(int cases, List<String> differences) {}

  /** All of one format. */
  public static Result compare(FileFormat format) throws IOException {
    Path folder = SharedData.require("conformance/formats");
    int cases = 0;
    List<String> differences = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("manifest.jsonl"))) {
      Map<String, @Nullable Object> sample = Json.parseObject(line);
      if (!format.name().equals(sample.get("format"))) {
        continue;
      }
      cases++;
      String difference = difference(format, folder, sample);
      if (difference != null) {
        differences.add(sample.get("path") + ": " + difference);
      }
    }
    System.out.printf(
        "%s files equal to Spark's reading: %d of %d%n",
        format.name(), cases - differences.size(), cases);
    differences.forEach(System.out::println);
    return new Result(cases, differences);
  }

  private static @Nullable String difference(
      FileFormat format, Path folder, Map<String, @Nullable Object> sample) {
    Path file = folder.resolve(String.valueOf(sample.get("path")));
    Map<?, ?> spark = (Map<?, ?>) Objects.requireNonNull(sample.get("spark"));
    boolean mayFail =
        spark.containsKey("error")
            || String.valueOf(sample.get("expect")).contains("may be refused");
    try {
      Schema schema = FormatFixture.infer(format, file);
      if (spark.containsKey("schema") && !schema.catalogString().equals(spark.get("schema"))) {
        return mayFail
            ? null
            : "schema " + schema.catalogString() + " instead of " + spark.get("schema");
      }
      List<List<@Nullable Object>> rows = FormatFixture.read(format, file, schema, 1000);
      if (spark.containsKey("error")) {
        return "read, but Spark fails with " + spark.get("error");
      }
      if (!Objects.equals(spark.get("rows"), Math.min(MOST_ROWS, rows.size()))) {
        return rows.size() + " rows instead of " + spark.get("rows");
      }
      List<String> shown = new ArrayList<>();
      for (List<@Nullable Object> row : rows) {
        shown.add(Json.write(canonical(show(row, schema.asStruct()))));
      }
      boolean all = spark.containsKey("content");
      List<String> expected = new ArrayList<>();
      for (Object row : (List<?>) Objects.requireNonNull(spark.get(all ? "content" : "head"))) {
        expected.add(Json.write(canonical(row)));
      }
      List<String> missing = new ArrayList<>(expected);
      missing.removeAll(shown);
      return missing.isEmpty() && (!all || expected.size() == shown.size())
          ? null
          : "no row " + missing.get(0) + " but " + shown.get(0);
    } catch (IOException e) {
      return mayFail ? null : "failed: " + e.getMessage();
    }
  }

  /** Numbers by value, since 1.0 and 1 are one. */
  private static @Nullable Object canonical(@Nullable Object value) {
    if (value instanceof Number number) {
      if (value instanceof Double d && (d.isNaN() || d.isInfinite())) {
        return d.toString();
      }
      return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> result = new LinkedHashMap<>();
      map.forEach((k, v) -> result.put(String.valueOf(k), canonical(v)));
      return result;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> result = new ArrayList<>();
      list.forEach(v -> result.add(canonical(v)));
      return result;
    }
    return value;
  }

  private static @Nullable Object show(@Nullable Object value, DataType type) {
    if (value == null) {
      return null;
    }
    if (type instanceof StructType struct) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < struct.size(); i++) {
        fields.put(struct.field(i).name(), show(((List<?>) value).get(i), struct.field(i).type()));
      }
      return fields;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      ((List<?>) value).forEach(e -> elements.add(show(e, array.element())));
      return elements;
    }
    if (type instanceof MapType map) {
      List<Object> entries = new ArrayList<>();
      for (Object entry : (List<?>) value) {
        Map.Entry<?, ?> pair = (Map.Entry<?, ?>) entry;
        List<@Nullable Object> shown = new ArrayList<>();
        shown.add(show(pair.getKey(), map.key()));
        shown.add(show(pair.getValue(), map.value()));
        entries.add(shown);
      }
      return entries;
    }
    if (type instanceof DecimalType) {
      return ((BigDecimal) value).toPlainString();
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (type == AtomicType.DATE) {
      return LocalDate.ofEpochDay((Integer) value).toString();
    }
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      long micros = (Long) value;
      LocalDateTime time =
          LocalDateTime.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L),
              (int) Math.floorMod(micros, 1_000_000L) * 1000,
              ZoneOffset.UTC);
      String text = time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS"));
      text = text.replaceAll("\\.?0+$", "");
      text =
          text.matches(".*:\\d") || text.matches(".* \\d\\d(:\\d\\d)?")
              ? time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss"))
              : text;
      return time.getYear() > 9999 ? "+" + text.replaceFirst("^\\+", "") : text;
    }
    return value instanceof Float f ? Double.valueOf(f.toString()) : value;
  }
}
