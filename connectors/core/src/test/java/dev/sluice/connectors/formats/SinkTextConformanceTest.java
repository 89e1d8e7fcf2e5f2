package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.codec.json.JsonDecoder;
import dev.sluice.operators.codec.json.JsonReadOptions;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Spark's file sink was observed to write them, byte for byte. */
class SinkTextConformanceTest {
  private final Registry<FileFormat> formats = Registry.load(FileFormat.class);
  @TempDir Path folder;

  @Test
  void writesTheTextsThatSparkWrites() throws IOException {
    Path cases = SharedData.require("conformance/streaming/sink_cases.jsonl");
    int files = 0;
    List<String> differences = new ArrayList<>();
    for (String line : Files.readAllLines(cases)) {
      Map<String, @Nullable Object> one = Json.parseObject(line);
      Map<?, ?> sink = map(one.get("sink"));
      boolean pass = String.valueOf(one.get("steps")).equals("[{op=pass}]");
      boolean plain = sink.get("partition_by") == null;
      boolean ok = "ok".equals(map(one.get("expected")).get("outcome"));
      if (!pass || !plain || !ok || formats.find(String.valueOf(sink.get("format"))).isEmpty()) {
        continue;
      }
      files += check(one, sink, differences);
    }
    System.out.printf("files written as Spark does: %d of %d%n", files - differences.size(), files);
    assertThat(files).isPositive();
    assertThat(differences).isEmpty();
  }

  private int check(Map<String, ?> one, Map<?, ?> sink, List<String> differences)
      throws IOException {
    Map<?, ?> input = map(map(one.get("inputs")).get("in"));
    Schema schema = TypeParser.parseSchema(String.valueOf(input.get("schema")));
    List<?> expected = (List<?>) Objects.requireNonNull(map(one.get("expected")).get("sink_files"));
    List<List<?>> batches = new ArrayList<>();
    for (Object run : (List<?>) Objects.requireNonNull(one.get("runs"))) {
      for (Object batch : (List<?>) run) {
        batches.add((List<?>) Objects.requireNonNull(map(batch).get("in")));
      }
    }
    for (Object file : expected) {
      int batch = ((Number) Objects.requireNonNull(map(file).get("batch"))).intValue();
      String text = write(schema, batches.get(batch), sink);
      if (!text.equals(map(file).get("text"))) {
        differences.add(one.get("id") + ": " + text + " instead of " + map(file).get("text"));
      }
    }
    return expected.size();
  }

  private String write(Schema schema, List<?> rows, Map<?, ?> sink) throws IOException {
    FileFormat format = formats.find(String.valueOf(sink.get("format"))).orElseThrow();
    Map<String, String> options = new LinkedHashMap<>();
    if (sink.get("options") instanceof Map<?, ?> given) {
      given.forEach((k, v) -> options.put(String.valueOf(k), String.valueOf(v)));
    }
    FileFormat.Writer writer =
        format.writer(schema, Options.of(format.writeOptions(), options), Session.DEFAULT);
    JsonDecoder decoder =
        new JsonDecoder(
            schema, JsonReadOptions.defaults(TimeFormats.plain(ZoneOffset.UTC)), rows.size());
    for (Object row : rows) {
      byte[] json = Json.write(row).getBytes(StandardCharsets.UTF_8);
      decoder.decode(Arrays.copyOf(json, json.length + 16), 0, json.length, 0);
    }
    Path file = folder.resolve("out" + System.nanoTime() + writer.suffix());
    try (FileOutput out = FormatFiles.STORE.create(file.toString())) {
      FileFormat.FileWriter opened = writer.open(out);
      opened.write(decoder.take());
      opened.finish();
      out.commit();
    }
    try (InputStream in =
        file.toString().endsWith(".gz")
            ? new GZIPInputStream(Files.newInputStream(file))
            : Files.newInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return (Map<?, ?>) Objects.requireNonNull(value);
  }
}
