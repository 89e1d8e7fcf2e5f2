package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schema that Spark leaves in a footer as JSON. It knows what the file's own does not: which
 * numbers are intervals, which groups variants, and how texts are compared.
 */
final class SparkSchema {
  static final String KEY = "org.apache.spark.sql.parquet.row.metadata";

  static final String COLLATIONS = "__COLLATIONS";

  private SparkSchema() {}

  /** The columns; null if there are none to be had, or of types that are not known. */
  static @Nullable Schema of(Map<String, String> properties) {
    String json = properties.get(KEY);
    if (json == null) {
      return null;
    }
    try {
      DataType type = type(Json.parse(json), "", Map.of());
      return type instanceof StructType struct ? new Schema(struct.fields()) : null;
    } catch (RuntimeException e) {
      // Spark too goes by the file's own schema then.
      return null;
    }
  }

  private static DataType type(@Nullable Object json, String path, Map<?, ?> collations) {
    if (json instanceof String name) {
      return name.equals("string") && collations.get(path) instanceof String collation
          ? text(collation)
          : TypeParser.parseType(name);
    }
    Map<?, ?> map = (Map<?, ?>) json;
    if (map == null) {
      throw new IllegalArgumentException("a type is missing");
    }
    return switch (String.valueOf(map.get("type"))) {
      case "struct" -> struct(map);
      case "array" ->
          new ArrayType(
              type(map.get("elementType"), path + ".element", collations),
              Boolean.TRUE.equals(map.get("containsNull")));
      case "map" ->
          new MapType(
              type(map.get("keyType"), path + ".key", collations),
              type(map.get("valueType"), path + ".value", collations),
              Boolean.TRUE.equals(map.get("valueContainsNull")));
      case "udt" -> type(map.get("sqlType"), path, collations);
      default -> throw new IllegalArgumentException("an unknown type");
    };
  }

  /** A text; its collation, behind the name of who provides it, may not be there. */
  private static DataType text(String collation) {
    try {
      return TypeParser.parseType(
          "string collate " + collation.substring(collation.indexOf('.') + 1));
    } catch (SqlSyntaxException e) {
      return AtomicType.STRING;
    }
  }

  private static DataType struct(Map<?, ?> json) {
    List<Field> fields = new ArrayList<>();
    if (json.get("fields") instanceof List<?> all) {
      for (Object each : all) {
        if (!(each instanceof Map<?, ?> field) || !(field.get("name") instanceof String name)) {
          throw new IllegalArgumentException("a field has no name");
        }
        DataType type = type(field.get("type"), name, collations(field));
        if (type.any(part -> part == AtomicType.NULL)) {
          throw new IllegalArgumentException("no file holds such a column");
        }
        fields.add(new Field(name, type));
      }
    }
    return new StructType(fields);
  }

  private static Map<?, ?> collations(Map<?, ?> field) {
    return field.get("metadata") instanceof Map<?, ?> metadata
            && metadata.get(COLLATIONS) instanceof Map<?, ?> known
        ? known
        : Map.of();
  }
}
