package dev.sluice.runner.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.InputStreamSource;
import com.networknt.schema.serialization.NodeReader;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.step.StepType;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks a file against the schema. Only the schema files of the components that the file names are
 * made and loaded; nothing is fetched.
 */
public final class SchemaCheck {
  private static final String BASE = "sluice:/schemas/";

  private SchemaCheck() {}

  /**
   * Reports every mistake of shape, each at its place.
   *
   * @param unknown values that are not known yet and so cannot be judged
   * @return where values with a mistake are; of a key that is unknown or missing, where it is or
   *     would be
   */
  public static Set<Pointer> check(
      Components components, Node root, Predicate<Node> unknown, Problems problems) {
    Instance instance = new Instance(components, root);
    List<Error> errors = schema(components).validate(instance.json());
    if (errors.isEmpty()) {
      return Set.of();
    }
    SchemaErrors words = new SchemaErrors(components, instance, unknown, problems);
    Set<Pointer> broken = new HashSet<>();
    for (Error error : errors) {
      if (words.report(error)) {
        broken.add(place(error));
      }
    }
    return broken;
  }

  private static Pointer place(Error error) {
    Pointer at = new Pointer(error.getInstanceLocation().toString());
    String key = error.getProperty();
    return switch (error.getKeyword()) {
      case "additionalProperties", "required" -> key == null ? at : at.child(key);
      default -> at;
    };
  }

  private static Schema schema(Components components) {
    SchemaRegistry registry =
        SchemaRegistry.withDialect(
            dialect(),
            builder ->
                builder
                    .nodeReader(new SchemaReader())
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .preloadSchema(false)
                            .build())
                    .resourceLoaders(
                        loaders ->
                            loaders.values(all -> all.add(iri -> resource(components, iri)))));
    return registry.getSchema(
        SchemaLocation.of(BASE + PipelineSchema.MAIN),
        json(PipelineSchema.file(components, PipelineSchema.MAIN).orElseThrow()));
  }

  /**
   * Draft 2020-12 without the keyword {@code format}, which our schemas do not use: making ready
   * for its dozens of formats takes longer than all the rest of the check.
   */
  private static Dialect dialect() {
    Map<String, Boolean> vocabularies = new HashMap<>();
    for (String name : List.of("core", "applicator", "validation", "meta-data")) {
      vocabularies.put("https://json-schema.org/draft/2020-12/vocab/" + name, true);
    }
    return Dialect.builder(PipelineSchema.DIALECT)
        .specificationVersion(SpecificationVersion.DRAFT_2020_12)
        .idKeyword("$id")
        .keywords(KeywordType.getKeywords(SpecificationVersion.DRAFT_2020_12))
        .vocabularies(vocabularies)
        .build();
  }

  private static InputStreamSource resource(Components components, AbsoluteIri iri) {
    return () -> {
      String name = iri.toString();
      if (!name.startsWith(BASE)) {
        throw new FileNotFoundException(name);
      }
      Map<String, Object> file =
          PipelineSchema.file(components, name.substring(BASE.length()))
              .orElseThrow(() -> new FileNotFoundException(name));
      return new ByteArrayInputStream(Json.write(file).getBytes(StandardCharsets.UTF_8));
    };
  }

  /** Reads what {@link #resource} gives; the validator's own reader would load all of Jackson. */
  private static final class SchemaReader implements NodeReader {
    @Override
    public JsonNode readTree(String content, InputFormat format) {
      return json(Json.parseObject(content));
    }

    @Override
    public JsonNode readTree(InputStream content, InputFormat format) throws IOException {
      return readTree(new String(content.readAllBytes(), StandardCharsets.UTF_8), format);
    }
  }

  private static JsonNode json(@Nullable Object value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    if (value instanceof Map<?, ?> map) {
      return Words.hasWords(map) ? object(Words.asPattern(map)) : object(map);
    }
    if (value instanceof List<?> list) {
      return factory.arrayNode().addAll(list.stream().map(SchemaCheck::json).toList());
    }
    if (value instanceof Boolean flag) {
      return factory.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return factory.numberNode(number);
    }
    if (value instanceof Long number) {
      return factory.numberNode(number);
    }
    return factory.textNode(String.valueOf(value));
  }

  private static ObjectNode object(Map<?, ?> map) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    map.forEach(
        (key, item) -> {
          // For editors and for our own eyes: the validator warns of what it has no rule for.
          if (!key.equals(StepType.MEDIA_TYPE)) {
            object.set((String) key, json(item));
          }
        });
    return object;
  }
}
