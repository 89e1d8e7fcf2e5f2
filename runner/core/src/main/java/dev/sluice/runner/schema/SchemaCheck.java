package dev.sluice.runner.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.InputStreamSource;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

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
   * @return the JSON pointers of the values with a mistake
   */
  public static Set<String> check(
      Components components, Node root, Predicate<Node> unknown, Problems problems) {
    Instance instance = new Instance(components, root);
    List<Error> errors = schema(components).validate(instance.json());
    if (errors.isEmpty()) {
      return Set.of();
    }
    SchemaErrors words = new SchemaErrors(components, instance, unknown, problems);
    Set<String> broken = new HashSet<>();
    for (Error error : errors) {
      if (words.report(error)) {
        broken.add(error.getInstanceLocation().toString());
      }
    }
    return broken;
  }

  private static Schema schema(Components components) {
    SchemaRegistry registry =
        SchemaRegistry.withDialect(
            Dialects.getDraft202012(),
            builder ->
                builder
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

  private static JsonNode json(Object value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = factory.objectNode();
      map.forEach((key, item) -> object.set((String) key, json(item)));
      return object;
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
}
