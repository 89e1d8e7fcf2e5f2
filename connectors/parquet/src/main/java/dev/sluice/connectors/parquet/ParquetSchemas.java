package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** The schema that Spark would write for some columns. All are optional; only map keys are not. */
final class ParquetSchemas {
  private ParquetSchemas() {}

  static boolean canWrite(DataType type) {
    return !type.any(
        part ->
            part == AtomicType.NULL
                || part == AtomicType.CALENDAR_INTERVAL
                || part instanceof StructType struct && struct.size() == 0);
  }

  static MessageType message(Schema schema) {
    List<Type> fields = new ArrayList<>(schema.size());
    for (Field field : schema.fields()) {
      fields.add(type(field.name(), field.type(), Repetition.OPTIONAL));
    }
    return new MessageType("spark_schema", fields);
  }

  private static Type type(String name, DataType type, Repetition repetition) {
    if (type instanceof ArrayType array) {
      Type element = type("element", array.element(), Repetition.OPTIONAL);
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.listType())
          .addField(new GroupType(Repetition.REPEATED, "list", element))
          .named(name);
    }
    if (type instanceof MapType map) {
      Type key = type("key", map.key(), Repetition.REQUIRED);
      Type value = type("value", map.value(), Repetition.OPTIONAL);
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.mapType())
          .addField(new GroupType(Repetition.REPEATED, "key_value", key, value))
          .named(name);
    }
    if (type instanceof StructType struct) {
      List<Type> fields = new ArrayList<>(struct.size());
      for (Field field : struct.fields()) {
        fields.add(type(field.name(), field.type(), Repetition.OPTIONAL));
      }
      return new GroupType(repetition, name, fields);
    }
    if (type == AtomicType.VARIANT) {
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.variantType((byte) 1))
          .required(PrimitiveTypeName.BINARY)
          .named("value")
          .required(PrimitiveTypeName.BINARY)
          .named("metadata")
          .named(name);
    }
    if (type instanceof DecimalType decimal) {
      return decimal(name, decimal, repetition);
    }
    return Types.primitive(physical(type), repetition).as(annotation(type)).named(name);
  }

  private static Type decimal(String name, DecimalType type, Repetition repetition) {
    LogicalTypeAnnotation annotation =
        LogicalTypeAnnotation.decimalType(type.scale(), type.precision());
    if (type.precision() > DecimalType.MAX_LONG_PRECISION) {
      return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
          .length(bytesFor(type.precision()))
          .as(annotation)
          .named(name);
    }
    PrimitiveTypeName physical =
        type.precision() <= 9 ? PrimitiveTypeName.INT32 : PrimitiveTypeName.INT64;
    return Types.primitive(physical, repetition).as(annotation).named(name);
  }

  private static PrimitiveTypeName physical(DataType type) {
    if (type instanceof DayTimeIntervalType || type instanceof TimeType) {
      return PrimitiveTypeName.INT64;
    }
    if (type instanceof YearMonthIntervalType) {
      return PrimitiveTypeName.INT32;
    }
    if (type instanceof CollatedType) {
      return PrimitiveTypeName.BINARY;
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> PrimitiveTypeName.BOOLEAN;
      case TINYINT, SMALLINT, INT, DATE -> PrimitiveTypeName.INT32;
      case BIGINT, TIMESTAMP_NTZ -> PrimitiveTypeName.INT64;
      case FLOAT -> PrimitiveTypeName.FLOAT;
      case DOUBLE -> PrimitiveTypeName.DOUBLE;
      case BINARY, STRING -> PrimitiveTypeName.BINARY;
      case TIMESTAMP -> PrimitiveTypeName.INT96;
      case NULL, CALENDAR_INTERVAL, VARIANT ->
          throw new IllegalArgumentException("cannot write " + type);
    };
  }

  private static @Nullable LogicalTypeAnnotation annotation(DataType type) {
    if (type instanceof TimeType) {
      return LogicalTypeAnnotation.timeType(false, LogicalTypeAnnotation.TimeUnit.MICROS);
    }
    if (type instanceof CollatedType) {
      return LogicalTypeAnnotation.stringType();
    }
    if (!(type instanceof AtomicType atomic)) {
      return null;
    }
    return switch (atomic) {
      case TINYINT -> LogicalTypeAnnotation.intType(8, true);
      case SMALLINT -> LogicalTypeAnnotation.intType(16, true);
      case STRING -> LogicalTypeAnnotation.stringType();
      case DATE -> LogicalTypeAnnotation.dateType();
      case TIMESTAMP_NTZ ->
          LogicalTypeAnnotation.timestampType(false, LogicalTypeAnnotation.TimeUnit.MICROS);
      default -> null;
    };
  }

  /** The fewest bytes that hold every number of so many digits, with a sign. */
  static int bytesFor(int precision) {
    return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
  }

  /** The form of {@code org.apache.spark.sql.parquet.row.metadata}. */
  static Map<String, Object> json(StructType struct) {
    List<Object> fields = new ArrayList<>();
    for (Field field : struct.fields()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", field.name());
      json.put("type", json(field.type()));
      json.put("nullable", true);
      Map<String, String> collations = new LinkedHashMap<>();
      collations(field.type(), field.name(), collations);
      json.put(
          "metadata", collations.isEmpty() ? Map.of() : Map.of(SparkSchema.COLLATIONS, collations));
      fields.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "struct");
    json.put("fields", fields);
    return json;
  }

  /** How texts outside of inner structs are compared, by their places. */
  private static void collations(DataType type, String path, Map<String, String> into) {
    if (type instanceof CollatedType text) {
      boolean own = text.collation().startsWith("UTF8_");
      into.put(path, (own ? "spark." : "icu.") + text.collation());
    } else if (type instanceof ArrayType array) {
      collations(array.element(), path + ".element", into);
    } else if (type instanceof MapType map) {
      collations(map.key(), path + ".key", into);
      collations(map.value(), path + ".value", into);
    }
  }

  private static Object json(DataType type) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (type instanceof StructType struct) {
      return json(struct);
    }
    if (type instanceof ArrayType array) {
      json.put("type", "array");
      json.put("elementType", json(array.element()));
      json.put("containsNull", true);
      return json;
    }
    if (type instanceof MapType map) {
      json.put("type", "map");
      json.put("keyType", json(map.key()));
      json.put("valueType", json(map.value()));
      json.put("valueContainsNull", true);
      return json;
    }
    if (type instanceof CollatedType) {
      return "string";
    }
    if (type instanceof AtomicType atomic) {
      return switch (atomic) {
        case TINYINT -> "byte";
        case SMALLINT -> "short";
        case INT -> "integer";
        case BIGINT -> "long";
        default -> type.catalogString();
      };
    }
    return type.catalogString();
  }
}
