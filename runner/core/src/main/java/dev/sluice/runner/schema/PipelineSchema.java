package dev.sluice.runner.schema;

import static dev.sluice.runner.schema.OptionSchema.ordered;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.state.LocalStoreType;
import dev.sluice.operators.step.StepType;
import dev.sluice.runner.plan.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * JSON Schema (draft 2020-12) of the pipeline file: one file for its words, and one for each
 * component, chosen by {@code if format = x then}. Made from the same declarations that the runner
 * reads, so the two cannot differ.
 */
public final class PipelineSchema {
  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /** The file that editors are pointed to. */
  public static final String MAIN = "pipeline.schema.json";

  /** What {@code settings.hadoop} may say: a file of its own, made only where a pipeline has it. */
  private static final String STORES = "settings-hadoop.schema.json";

  private static final String SUFFIX = ".schema.json";

  private PipelineSchema() {}

  /** The file of a component, such as {@code source-csv}. */
  public static String fileOf(String component) {
    return component + SUFFIX;
  }

  /** All files by name. */
  public static Map<String, Map<String, Object>> files(Components components) {
    Map<String, Map<String, Object>> files = new TreeMap<>();
    files.put(MAIN, main(components));
    files.put(STORES, OptionSchema.settings(StoreRegistry.installed()));
    for (String kind : List.of("source", "sink", "step")) {
      for (ComponentType type : registry(components, kind).all()) {
        String name = fileName(kind, type);
        files.put(name, file(components, name).orElseThrow());
      }
    }
    return files;
  }

  /** One file by name. */
  static Optional<Map<String, Object>> file(Components components, String name) {
    if (name.equals(MAIN)) {
      return Optional.of(main(components));
    }
    if (name.equals(STORES)) {
      return Optional.of(OptionSchema.settings(StoreRegistry.installed()));
    }
    int dash = name.indexOf('-');
    if (dash < 0 || !name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    String kind = name.substring(0, dash);
    String type = name.substring(dash + 1, name.length() - SUFFIX.length());
    return registry(components, kind).find(type).map(found -> component(kind, found));
  }

  private static Registry<? extends ComponentType> registry(Components components, String kind) {
    return switch (kind) {
      case "source" -> components.sources();
      case "sink" -> components.sinks();
      default -> components.steps();
    };
  }

  private static String fileName(String kind, ComponentType type) {
    return fileOf(kind + "-" + type.name().toLowerCase(Locale.ROOT));
  }

  private static Map<String, Object> component(String kind, ComponentType type) {
    if (type instanceof StepType step) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("$schema", DIALECT);
      schema.put("title", "step " + type.name());
      schema.put("description", type.summary());
      schema.putAll(step.valueSchema());
      return schema;
    }
    return OptionSchema.component(type, kind);
  }

  private static Map<String, Object> main(Components components) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("name", ordered("description", "The query's name.", "type", "string", "minLength", 1));
    keys.put("description", text("A line for people."));
    keys.put("parameters", parameters());
    keys.put("source", reference("source"));
    keys.put(
        "sources",
        described(
            "Several sources by name.",
            "type",
            "object",
            "minProperties",
            1,
            "additionalProperties",
            reference("source")));
    keys.put(
        "functions",
        described(
            "Functions of your own: name(parameter type, ...) and what it gives, such as"
                + " net(amount double, rate double) and amount / (1 + rate). Expressions of steps"
                + " call them like others; RETURNS and a type may follow the parameters.",
            "type",
            "object",
            "minProperties",
            1,
            "additionalProperties",
            ordered(
                "description",
                "A SQL expression over the parameters.",
                "type",
                List.of("string", "number", "boolean"))));
    keys.put("steps", reference("steps"));
    keys.put(
        "views",
        described(
            "Named intermediate results; each starts with from.",
            "type",
            "object",
            "additionalProperties",
            reference("steps")));
    keys.put("sink", reference("sink"));
    keys.put(
        "sinks",
        described(
            "Several sinks, fed by one read.",
            "type",
            "array",
            "minItems",
            1,
            "items",
            reference("sink")));
    keys.put("trigger", trigger());
    keys.put("checkpointLocation", text("The directory of the checkpoint."));
    keys.put("settings", settings());
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", DIALECT);
    schema.put("title", "Sluice pipeline");
    schema.put("type", "object");
    schema.put("properties", keys);
    schema.put("additionalProperties", false);
    schema.put("required", List.of("name"));
    schema.put("allOf", List.of(oneOfTwo("source", "sources"), oneOfTwo("sink", "sinks")));
    schema.put(
        "dependentSchemas",
        ordered(
            "sources", Map.of("properties", Map.of("source", false)),
            "sinks", Map.of("properties", Map.of("sink", false))));
    schema.put(
        "$defs",
        ordered(
            "source", source(components),
            "sink", sink(components),
            "steps", steps(components),
            "columns", columns()));
    return schema;
  }

  private static Map<String, Object> oneOfTwo(String one, String several) {
    return ordered(
        "if",
        Map.of("not", Map.of("required", List.of(several))),
        "then",
        Map.of("required", List.of(one)));
  }

  private static Map<String, Object> source(Components components) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(
        "format",
        described("What is read.", "type", "string", "enum", components.sources().names()));
    keys.put("path", text("Where it lies; relative paths start at this file's folder."));
    keys.put("options", described("Named as in Spark.", "type", "object"));
    keys.put("schema", reference("columns"));
    keys.put("valueFormat", text("The format of each message's value."));
    keys.put("static", described("Read as a table, not as a stream.", "type", "boolean"));
    keys.put(
        "refresh",
        described(
            "When a static source is read anew: batch, run, or a length of time.",
            "type",
            "string",
            "default",
            "batch"));
    return component(keys, components, "source");
  }

  private static Map<String, Object> sink(Components components) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(
        "format",
        described("Where the rows go.", "type", "string", "enum", components.sinks().names()));
    keys.put("path", text("Where it lies; relative paths start at this file's folder."));
    keys.put("valueFormat", text("The format of each message's value."));
    keys.put("from", text("The view, or source, that feeds this sink."));
    keys.put(
        "outputMode",
        described(
            "Which rows of the result are written.",
            "type",
            "string",
            "enum",
            OutputMode.words(),
            "default",
            OutputMode.APPEND.toString()));
    keys.put(
        "partitionBy",
        described(
            "Columns that become folders.",
            "type",
            List.of("array", "string"),
            "items",
            Map.of("type", "string")));
    keys.put("options", described("Named as in Spark.", "type", "object"));
    return component(keys, components, "sink");
  }

  private static Map<String, Object> component(
      Map<String, Object> keys, Components components, String kind) {
    List<Object> choices = new ArrayList<>();
    for (ComponentType type : registry(components, kind).all()) {
      choices.add(
          ordered(
              "if",
              ordered(
                  "required",
                  List.of("format"),
                  "properties",
                  Map.of("format", Map.of("const", type.name()))),
              "then",
              Map.of("$ref", fileName(kind, type))));
    }
    Map<String, Object> schema =
        ordered(
            "type",
            "object",
            "required",
            List.of("format"),
            "properties",
            keys,
            "additionalProperties",
            false);
    if (!choices.isEmpty()) {
      schema.put("allOf", choices);
    }
    return schema;
  }

  private static Map<String, Object> steps(Components components) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("from", text("Goes on from this source or view."));
    for (StepType type : components.steps().all()) {
      words.put(type.name(), Map.of("$ref", fileName("step", type)));
    }
    return described(
        "The transformations, in order.",
        "type",
        "array",
        "items",
        ordered(
            "type",
            "object",
            "minProperties",
            1,
            "maxProperties",
            1,
            "properties",
            words,
            "additionalProperties",
            false));
  }

  private static Map<String, Object> columns() {
    return described(
        "Columns and their types: a mapping, or one DDL text.",
        "type",
        List.of("object", "string"),
        "minProperties",
        1,
        "additionalProperties",
        Map.of("type", "string"));
  }

  private static Map<String, Object> parameters() {
    return described(
        "Values that --set gives.",
        "type",
        "object",
        "additionalProperties",
        ordered(
            "type",
            "object",
            "properties",
            ordered(
                "type",
                ordered(
                    "type",
                    "string",
                    "enum",
                    List.of("string", "int", "bigint", "double", "boolean"),
                    "default",
                    "string"),
                "default",
                Map.of("type", List.of("string", "number", "boolean")),
                "description",
                text("A line for people.")),
            "additionalProperties",
            false));
  }

  private static Map<String, Object> trigger() {
    Map<String, Object> interval = Map.of("type", List.of("string", "integer"));
    return described(
        "When batches start: a word, {processingTime: 10 seconds} or {continuous: 1 second}.",
        "type",
        List.of("string", "object"),
        "if",
        Map.of("type", "string"),
        "then",
        Map.of("enum", List.of("default", "once", "availableNow")),
        "else",
        ordered(
            "minProperties",
            1,
            "maxProperties",
            1,
            "properties",
            ordered("processingTime", interval, "continuous", interval),
            "additionalProperties",
            false));
  }

  private static Map<String, Object> settings() {
    return described(
        "How the query runs.",
        "type",
        "object",
        "properties",
        ordered(
            "timeZone",
                described(
                    "The time zone of dates and timestamps in SQL.",
                    "type",
                    "string",
                    "default",
                    "UTC"),
            "ansi",
                described(
                    "A value that does not fit fails; false: it becomes NULL, as in Spark without"
                        + " ANSI mode.",
                    "type",
                    "boolean",
                    "default",
                    true),
            "parallelism",
                described(
                    "How many workers a stage has; as many as cores unless given.",
                    "type",
                    "integer",
                    "minimum",
                    1),
            "stateStore",
                ordered(
                    "type",
                    "string",
                    "enum",
                    stateStores(),
                    "default",
                    Settings.MEMORY,
                    "description",
                    "Where state lies while the query runs: in the heap, or in RocksDB on the local"
                        + " disk when it is larger. May be changed between runs."),
            "allowStateEvolution",
                ordered(
                    "type",
                    "boolean",
                    "default",
                    false,
                    "description",
                    "Lets aggregations be added to a query that has state; they start empty."),
            "multipleWatermarkPolicy",
                described(
                    "Whether several watermarks go with the slowest of them, or with the fastest.",
                    "type",
                    "string",
                    "enum",
                    List.of("min", "max"),
                    "default",
                    "min"),
            "noDataBatches",
                described(
                    "Whether a batch without rows is run when the watermark has moved.",
                    "type",
                    "boolean",
                    "default",
                    true),
            "minBatchesToRetain",
                described(
                    "How many batches the checkpoint keeps, to go back to.",
                    "type",
                    "integer",
                    "minimum",
                    1,
                    "default",
                    100),
            "hadoop", Map.of("$ref", STORES)),
        "additionalProperties",
        false);
  }

  private static List<String> stateStores() {
    List<String> names = new ArrayList<>(List.of(Settings.MEMORY));
    names.addAll(LocalStoreType.names());
    return names;
  }

  private static Map<String, Object> text(String description) {
    return described(description, "type", "string");
  }

  private static Map<String, Object> described(String description, Object... rest) {
    Map<String, Object> schema = ordered("description", description);
    schema.putAll(ordered(rest));
    return schema;
  }

  private static Map<String, Object> reference(String definition) {
    return Map.of("$ref", "#/$defs/" + definition);
  }
}
