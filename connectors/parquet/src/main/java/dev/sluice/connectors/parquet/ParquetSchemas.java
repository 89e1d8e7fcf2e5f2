package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;

/** The schema that Spark would write for some columns. All are optional; only map keys are not. */
final class ParquetSchemas {
  private ParquetSchemas() {}

  static boolean canWrite(DataType type) {
    if (type instanceof ArrayType array) {
      return canWrite(array.element());
    }
    if (type instanceof MapType map) {
      return canWrite(map.key()) && canWrite(map.value());
    }
    if (type instanceof StructType struct) {
      return struct.size() > 0 && struct.fields().stream().allMatch(f -> canWrite(f.type()));
    }
    return type != AtomicType.NULL && type != AtomicType.CALENDAR_INTERVAL;
  }

  static List<SchemaElement> elements(Schema schema) {
    List<SchemaElement> out = new ArrayList<>();
    SchemaElement root = new SchemaElement("spark_schema");
    root.setNum_children(schema.size());
    out.add(root);
    for (Field field : schema.fields()) {
      add(field.name(), field.type(), FieldRepetitionType.OPTIONAL, out);
    }
    return out;
  }

  private static void add(
      String name, DataType type, FieldRepetitionType repetition, List<SchemaElement> out) {
    SchemaElement element = new SchemaElement(name);
    element.setRepetition_type(repetition);
    out.add(element);
    if (type instanceof ArrayType array) {
      element.setNum_children(1);
      element.setConverted_type(ConvertedType.LIST);
      element.setLogicalType(LogicalType.LIST(new ListType()));
      group("list", 1, out);
      add("element", array.element(), FieldRepetitionType.OPTIONAL, out);
    } else if (type instanceof MapType map) {
      element.setNum_children(1);
      element.setConverted_type(ConvertedType.MAP);
      element.setLogicalType(LogicalType.MAP(new org.apache.parquet.format.MapType()));
      group("key_value", 2, out);
      add("key", map.key(), FieldRepetitionType.REQUIRED, out);
      add("value", map.value(), FieldRepetitionType.OPTIONAL, out);
    } else if (type instanceof StructType struct) {
      element.setNum_children(struct.size());
      for (Field field : struct.fields()) {
        add(field.name(), field.type(), FieldRepetitionType.OPTIONAL, out);
      }
    } else {
      describe(type, element);
    }
  }

  private static void group(String name, int children, List<SchemaElement> out) {
    SchemaElement group = new SchemaElement(name);
    group.setRepetition_type(FieldRepetitionType.REPEATED);
    group.setNum_children(children);
    out.add(group);
  }

  private static void describe(DataType type, SchemaElement element) {
    if (type instanceof DecimalType decimal) {
      decimal(decimal, element);
    } else if (type instanceof DayTimeIntervalType) {
      element.setType(Type.INT64);
    } else if (type instanceof YearMonthIntervalType) {
      element.setType(Type.INT32);
    } else {
      atomic((AtomicType) type, element);
    }
  }

  private static void atomic(AtomicType type, SchemaElement element) {
    switch (type) {
      case BOOLEAN -> element.setType(Type.BOOLEAN);
      case TINYINT -> integer(8, ConvertedType.INT_8, element);
      case SMALLINT -> integer(16, ConvertedType.INT_16, element);
      case INT -> element.setType(Type.INT32);
      case BIGINT -> element.setType(Type.INT64);
      case FLOAT -> element.setType(Type.FLOAT);
      case DOUBLE -> element.setType(Type.DOUBLE);
      case BINARY -> element.setType(Type.BYTE_ARRAY);
      case STRING -> {
        element.setType(Type.BYTE_ARRAY);
        element.setConverted_type(ConvertedType.UTF8);
        element.setLogicalType(LogicalType.STRING(new StringType()));
      }
      case DATE -> {
        element.setType(Type.INT32);
        element.setConverted_type(ConvertedType.DATE);
        element.setLogicalType(LogicalType.DATE(new DateType()));
      }
      case TIMESTAMP -> element.setType(Type.INT96);
      case TIMESTAMP_NTZ -> {
        element.setType(Type.INT64);
        element.setLogicalType(
            LogicalType.TIMESTAMP(new TimestampType(false, TimeUnit.MICROS(new MicroSeconds()))));
      }
      case NULL, CALENDAR_INTERVAL -> throw new IllegalArgumentException("cannot write " + type);
    }
  }

  private static void integer(int bits, ConvertedType converted, SchemaElement element) {
    element.setType(Type.INT32);
    element.setConverted_type(converted);
    element.setLogicalType(LogicalType.INTEGER(new IntType((byte) bits, true)));
  }

  private static void decimal(DecimalType type, SchemaElement element) {
    element.setConverted_type(ConvertedType.DECIMAL);
    element.setPrecision(type.precision());
    element.setScale(type.scale());
    element.setLogicalType(
        LogicalType.DECIMAL(
            new org.apache.parquet.format.DecimalType(type.scale(), type.precision())));
    if (type.precision() <= 9) {
      element.setType(Type.INT32);
    } else if (type.precision() <= DecimalType.MAX_LONG_PRECISION) {
      element.setType(Type.INT64);
    } else {
      element.setType(Type.FIXED_LEN_BYTE_ARRAY);
      element.setType_length(bytesFor(type.precision()));
    }
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
      json.put("metadata", Map.of());
      fields.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "struct");
    json.put("fields", fields);
    return json;
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
