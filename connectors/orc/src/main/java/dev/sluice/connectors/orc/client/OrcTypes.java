package dev.sluice.connectors.orc.client;

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
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.ddl.TypeParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.orc.TypeDescription;
import org.apache.orc.TypeDescription.Category;
import org.jspecify.annotations.Nullable;

/** ORC's types and ours, as Spark maps them. */
final class OrcTypes {
  /** Where Spark keeps a type that ORC has no name for. */
  private static final String SPARK_TYPE = "spark.sql.catalyst.type";

  private OrcTypes() {}

  static Schema schema(TypeDescription file) throws IOException {
    if (file.getCategory() != Category.STRUCT) {
      return Schema.of(new Field("_col0", type(file)));
    }
    return new Schema(((StructType) type(file)).fields());
  }

  static DataType type(TypeDescription type) throws IOException {
    switch (type.getCategory()) {
      case STRUCT:
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < type.getChildren().size(); i++) {
          fields.add(new Field(type.getFieldNames().get(i), type(type.getChildren().get(i))));
        }
        return new StructType(fields);
      case LIST:
        return new ArrayType(type(type.getChildren().get(0)));
      case MAP:
        return new MapType(type(type.getChildren().get(0)), type(type.getChildren().get(1)));
      default:
        String named = type.getAttributeValue(SPARK_TYPE);
        return named == null ? plain(type) : TypeParser.parseType(named);
    }
  }

  private static DataType plain(TypeDescription type) throws IOException {
    return switch (type.getCategory()) {
      case BOOLEAN -> AtomicType.BOOLEAN;
      case BYTE -> AtomicType.TINYINT;
      case SHORT -> AtomicType.SMALLINT;
      case INT -> AtomicType.INT;
      case LONG -> AtomicType.BIGINT;
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
      case STRING, CHAR, VARCHAR -> AtomicType.STRING;
      case BINARY -> AtomicType.BINARY;
      case DATE -> AtomicType.DATE;
      case TIMESTAMP, TIMESTAMP_INSTANT -> AtomicType.TIMESTAMP;
      case DECIMAL -> new DecimalType(type.getPrecision(), type.getScale());
      default ->
          throw new IOException("the type '" + type + "' of a column has no counterpart in Spark");
    };
  }

  /** The type that Spark writes for one of ours. */
  static TypeDescription description(DataType type) {
    if (type instanceof StructType struct) {
      return struct(struct.fields());
    }
    if (type instanceof ArrayType array) {
      return TypeDescription.createList(description(array.element()));
    }
    if (type instanceof MapType map) {
      return TypeDescription.createMap(description(map.key()), description(map.value()));
    }
    if (type instanceof DecimalType decimal) {
      // The scale first would be checked against the precision that stands there before.
      return TypeDescription.createDecimal()
          .withScale(0)
          .withPrecision(decimal.precision())
          .withScale(decimal.scale());
    }
    if (type instanceof DayTimeIntervalType) {
      return named(TypeDescription.createLong(), type);
    }
    if (type instanceof YearMonthIntervalType) {
      return named(TypeDescription.createInt(), type);
    }
    if (type instanceof CollatedType) {
      return named(TypeDescription.createString(), AtomicType.STRING);
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> TypeDescription.createBoolean();
      case TINYINT -> TypeDescription.createByte();
      case SMALLINT -> TypeDescription.createShort();
      case INT -> TypeDescription.createInt();
      case BIGINT -> TypeDescription.createLong();
      case FLOAT -> TypeDescription.createFloat();
      case DOUBLE -> TypeDescription.createDouble();
      case STRING -> named(TypeDescription.createString(), type);
      case BINARY -> TypeDescription.createBinary();
      case DATE -> TypeDescription.createDate();
      case TIMESTAMP -> named(TypeDescription.createTimestamp(), type);
      case TIMESTAMP_NTZ -> named(TypeDescription.createLong(), type);
      case NULL, CALENDAR_INTERVAL, VARIANT ->
          throw new IllegalArgumentException("ORC has no type for " + type);
    };
  }

  static TypeDescription struct(List<Field> fields) {
    TypeDescription struct = TypeDescription.createStruct();
    for (Field field : fields) {
      struct.addField(field.name(), description(field.type()));
    }
    return struct;
  }

  private static TypeDescription named(TypeDescription type, DataType of) {
    return type.setAttribute(SPARK_TYPE, of.catalogString());
  }

  /**
   * What the library is asked to read a column of a file as, so that a column of the wanted type
   * can be made of it: types of the file stay where no conversion is needed, and the library's
   * schema evolution does the rest, as in Spark.
   */
  static TypeDescription readAs(DataType wanted, TypeDescription file) throws IOException {
    Category category = file.getCategory();
    if (wanted instanceof StructType struct && category == Category.STRUCT) {
      TypeDescription result = TypeDescription.createStruct();
      for (Field field : struct.fields()) {
        int index = find(file, field.name());
        if (index >= 0) {
          result.addField(
              file.getFieldNames().get(index), readAs(field.type(), file.getChildren().get(index)));
        } else {
          result.addField(field.name(), description(field.type()));
        }
      }
      return result;
    }
    if (wanted instanceof ArrayType array && category == Category.LIST) {
      return TypeDescription.createList(readAs(array.element(), file.getChildren().get(0)));
    }
    if (wanted instanceof MapType map && category == Category.MAP) {
      return TypeDescription.createMap(
          readAs(map.key(), file.getChildren().get(0)),
          readAs(map.value(), file.getChildren().get(1)));
    }
    boolean text =
        wanted == AtomicType.STRING
            && (category == Category.STRING
                || category == Category.CHAR
                || category == Category.VARCHAR);
    boolean time =
        isTime(wanted)
            && (category == Category.TIMESTAMP
                || category == Category.TIMESTAMP_INSTANT
                || isZoneless(file));
    return text || time ? file.clone() : description(wanted);
  }

  static boolean isTime(DataType type) {
    return type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
  }

  /** Whether a column holds Spark's times without zone. */
  static boolean isZoneless(TypeDescription type) {
    return type.getCategory() == Category.LONG
        && AtomicType.TIMESTAMP_NTZ.catalogString().equals(type.getAttributeValue(SPARK_TYPE));
  }

  /** The field of that name, without regard to case; -1 if there is none. */
  static int find(TypeDescription struct, String name) throws IOException {
    int found = -1;
    List<String> names = struct.getFieldNames();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        if (found >= 0) {
          throw new IOException(
              "the columns '"
                  + names.get(found)
                  + "' and '"
                  + names.get(i)
                  + "' differ only in case; rename one where the file is written");
        }
        found = i;
      }
    }
    return found;
  }

  /** The category of a type for which bounds in the index can be trusted; null if they cannot. */
  static @Nullable Category boundsOf(TypeDescription file, DataType wanted) throws IOException {
    return file.getCategory().isPrimitive()
            && file.getCategory() != Category.CHAR
            && type(file).equals(wanted)
        ? file.getCategory()
        : null;
  }
}
