package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient.Typing;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.function.json.Schemas;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.jspecify.annotations.Nullable;

/** Avro's schemas and our types, as Spark maps them. */
final class AvroTypes {
  /** Where Spark keeps a type that Avro has no name for. */
  private static final String SPARK_TYPE = "spark.sql.catalyst.type";

  /** The name of a record that is not given one. */
  static final String TOP = "topLevelRecord";

  private AvroTypes() {}

  /** A schema from its JSON. */
  static Schema parse(String json) throws IOException {
    try {
      return new Schema.Parser().parse(json);
    } catch (RuntimeException e) {
      throw new IOException("it is no Avro schema: " + e.getMessage(), e);
    }
  }

  /** The columns of a record. Throws IOException for a schema of other values. */
  static dev.sluice.operators.data.Schema columns(Schema schema, Typing typing) throws IOException {
    if (schema.getType() != Type.RECORD
        || !(Schemas.nullable(type(schema, typing)) instanceof StructType struct)) {
      throw new IOException("its values are " + schema.getType() + ", not records");
    }
    return new dev.sluice.operators.data.Schema(struct.fields());
  }

  /** The type of values, in which may be null what the schema allows to be. */
  static DataType type(Schema schema, Typing typing) throws IOException {
    DataType type = type(schema, typing, Map.of());
    if (type == null) {
      throw new IOException("nothing is left of it within 'recursiveFieldMaxDepth'");
    }
    return type;
  }

  /** {@code above}: how often a record holds what is asked for; null where it does too often. */
  private static @Nullable DataType type(Schema schema, Typing typing, Map<String, Integer> above)
      throws IOException {
    return switch (schema.getType()) {
      case NULL -> AtomicType.NULL;
      case BOOLEAN -> AtomicType.BOOLEAN;
      case INT -> intType(schema);
      case LONG -> longType(schema);
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
      case STRING, ENUM -> AtomicType.STRING;
      case BYTES, FIXED -> {
        LogicalTypes.Decimal decimal = decimal(schema);
        yield decimal == null
            ? AtomicType.BINARY
            : new DecimalType(decimal.getPrecision(), decimal.getScale());
      }
      case ARRAY -> {
        DataType element = type(schema.getElementType(), typing, above);
        yield element == null ? null : new ArrayType(element, schema.getElementType().isNullable());
      }
      case MAP -> {
        DataType value = type(schema.getValueType(), typing, above);
        yield value == null
            ? null
            : new MapType(AtomicType.STRING, value, schema.getValueType().isNullable());
      }
      case RECORD -> record(schema, typing, above);
      case UNION -> union(schema, typing, above);
    };
  }

  private static DataType intType(Schema schema) {
    String named = schema.getProp(SPARK_TYPE);
    if (named != null) {
      return TypeParser.parseType(named);
    }
    return schema.getLogicalType() instanceof LogicalTypes.Date ? AtomicType.DATE : AtomicType.INT;
  }

  private static DataType longType(Schema schema) {
    String named = schema.getProp(SPARK_TYPE);
    if (named != null) {
      return TypeParser.parseType(named);
    }
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.TimestampMillis
        || logical instanceof LogicalTypes.TimestampMicros) {
      return AtomicType.TIMESTAMP;
    }
    return logical instanceof LogicalTypes.LocalTimestampMillis
            || logical instanceof LogicalTypes.LocalTimestampMicros
        ? AtomicType.TIMESTAMP_NTZ
        : AtomicType.BIGINT;
  }

  static LogicalTypes.@Nullable Decimal decimal(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal ? decimal : null;
  }

  /**
   * How many microseconds a number of that schema counts, as a value of that type of time; 0 if it
   * is another time. As in Spark, a number without a meaning counts milliseconds.
   */
  static int microsPerUnit(Schema schema, DataType type) {
    LogicalType logical = schema.getLogicalType();
    boolean local = type == AtomicType.TIMESTAMP_NTZ;
    if (local ? isLocalMicros(logical) : logical instanceof LogicalTypes.TimestampMicros) {
      return 1;
    }
    boolean millis =
        local
            ? logical instanceof LogicalTypes.LocalTimestampMillis
            : logical instanceof LogicalTypes.TimestampMillis;
    return millis || logical == null ? 1000 : 0;
  }

  private static boolean isLocalMicros(@Nullable LogicalType logical) {
    return logical instanceof LogicalTypes.LocalTimestampMicros;
  }

  private static @Nullable DataType record(Schema schema, Typing typing, Map<String, Integer> above)
      throws IOException {
    int depth = above.getOrDefault(schema.getFullName(), 0);
    if (depth > 0 && typing.recordDepth() <= 0) {
      throw new IOException(
          "the record '"
              + schema.getFullName()
              + "' holds itself, which no column type can; set 'recursiveFieldMaxDepth', or leave"
              + " the field out with a schema");
    }
    if (depth > 0 && depth >= typing.recordDepth()) {
      return null;
    }
    Map<String, Integer> within = new HashMap<>(above);
    within.put(schema.getFullName(), depth + 1);
    List<Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      DataType type = type(field.schema(), typing, within);
      if (type != null) {
        fields.add(new Field(field.name(), type, field.schema().isNullable()));
      }
    }
    return new StructType(fields);
  }

  private static @Nullable DataType union(Schema schema, Typing typing, Map<String, Integer> above)
      throws IOException {
    List<Schema> types = withoutNull(schema);
    if (types.size() == 1) {
      return type(types.get(0), typing, above);
    }
    if (isOf(types, Type.INT, Type.LONG)) {
      return AtomicType.BIGINT;
    }
    if (isOf(types, Type.FLOAT, Type.DOUBLE)) {
      return AtomicType.DOUBLE;
    }
    List<Field> members = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String prefix = typing.memberPrefix();
      DataType type = type(types.get(i), typing, above);
      if (type != null) {
        members.add(
            new Field(prefix == null ? "member" + i : prefix + types.get(i).getName(), type));
      }
    }
    return members.isEmpty() ? AtomicType.NULL : new StructType(members);
  }

  /** The types of a union that are not null, in their order. */
  static List<Schema> withoutNull(Schema union) {
    return union.getTypes().stream().filter(t -> t.getType() != Type.NULL).toList();
  }

  static boolean isOf(List<Schema> types, Type one, Type other) {
    return types.size() == 2
        && (types.get(0).getType() == one && types.get(1).getType() == other
            || types.get(0).getType() == other && types.get(1).getType() == one);
  }

  /** The schema that Spark gives rows of these columns. */
  static Schema schema(StructType struct, String name, String namespace) {
    String inner = namespace.isEmpty() ? name : namespace + "." + name;
    List<Schema.Field> fields = new ArrayList<>();
    for (Field field : struct.fields()) {
      Schema type = schema(field.type(), field.name(), inner);
      fields.add(new Schema.Field(field.name(), field.nullable() ? orNull(type) : type));
    }
    return Schema.createRecord(name, null, namespace.isEmpty() ? null : namespace, false, fields);
  }

  /** The schema that Spark gives values of a type. */
  static Schema schema(DataType type, boolean nullable) {
    Schema schema =
        type instanceof StructType struct ? schema(struct, TOP, "") : schema(type, "value", TOP);
    return nullable ? orNull(schema) : schema;
  }

  private static Schema orNull(Schema type) {
    return type.getType() == Type.NULL ? type : Schema.createUnion(type, Schema.create(Type.NULL));
  }

  private static Schema schema(DataType type, String name, String namespace) {
    if (type instanceof StructType struct) {
      return schema(struct, name, namespace);
    }
    if (type instanceof ArrayType array) {
      Schema element = schema(array.element(), name, namespace);
      return Schema.createArray(array.containsNull() ? orNull(element) : element);
    }
    if (type instanceof MapType map) {
      Schema value = schema(map.value(), name, namespace);
      return Schema.createMap(map.valueContainsNull() ? orNull(value) : value);
    }
    if (type instanceof DecimalType decimal) {
      int size = BigInteger.TEN.pow(decimal.precision()).bitLength() / 8 + 1;
      Schema fixed = Schema.createFixed("fixed", null, namespace + "." + name, size);
      return LogicalTypes.decimal(decimal.precision(), decimal.scale()).addToSchema(fixed);
    }
    if (type instanceof DayTimeIntervalType) {
      return named(Type.LONG, type);
    }
    if (type instanceof YearMonthIntervalType) {
      return named(Type.INT, type);
    }
    if (type instanceof CollatedType) {
      return Schema.create(Type.STRING);
    }
    return switch ((AtomicType) type) {
      case NULL -> Schema.create(Type.NULL);
      case BOOLEAN -> Schema.create(Type.BOOLEAN);
      case TINYINT, SMALLINT, INT -> Schema.create(Type.INT);
      case BIGINT -> Schema.create(Type.LONG);
      case FLOAT -> Schema.create(Type.FLOAT);
      case DOUBLE -> Schema.create(Type.DOUBLE);
      case STRING -> Schema.create(Type.STRING);
      case BINARY -> Schema.create(Type.BYTES);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Type.INT));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Type.LONG));
      case TIMESTAMP_NTZ ->
          LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Type.LONG));
      case CALENDAR_INTERVAL, VARIANT ->
          throw new IllegalArgumentException("Avro has no type for " + type);
    };
  }

  private static Schema named(Type type, DataType of) {
    Schema schema = Schema.create(type);
    schema.addProp(SPARK_TYPE, of.catalogString());
    return schema;
  }

  /** The field of that name, without regard to case; null if there is none. */
  static Schema.@Nullable Field find(Schema record, String name) throws IOException {
    Schema.Field exact = record.getField(name);
    Schema.Field found = null;
    for (Schema.Field field : record.getFields()) {
      if (field.name().equalsIgnoreCase(name)) {
        if (found != null && exact == null) {
          throw new IOException(
              "the fields '"
                  + found.name()
                  + "' and '"
                  + field.name()
                  + "' both match the column '"
                  + name
                  + "'");
        }
        found = field;
      }
    }
    return exact != null ? exact : found;
  }
}
