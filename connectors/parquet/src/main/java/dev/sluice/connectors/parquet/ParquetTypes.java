package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/** The types that Spark sees in a file's schema. */
final class ParquetTypes {
  private ParquetTypes() {}

  static Schema schema(ParquetNode root) throws IOException {
    return new Schema(fields(root));
  }

  private static List<Field> fields(ParquetNode group) throws IOException {
    List<Field> fields = new ArrayList<>(group.children().size());
    for (ParquetNode child : group.children()) {
      fields.add(new Field(child.name(), type(child)));
    }
    return fields;
  }

  /** The type of a field; one that repeats without being called a list is an array. */
  static DataType type(ParquetNode node) throws IOException {
    return node.isRepeated() ? new ArrayType(elementType(node)) : elementType(node);
  }

  /** The type of one element of a node, whether it repeats or not. */
  static DataType elementType(ParquetNode node) throws IOException {
    if (node.isLeaf()) {
      return leafType(node);
    }
    if (node.isList()) {
      return new ArrayType(elementType(node.listShape().element()));
    }
    if (node.isMap()) {
      ParquetNode entries = node.mapEntries();
      return new MapType(type(entries.children().get(0)), type(entries.children().get(1)));
    }
    return new StructType(fields(node));
  }

  private static DataType leafType(ParquetNode node) throws IOException {
    SchemaElement element = node.element();
    LogicalType logical = node.logical();
    ConvertedType converted = node.converted();
    return switch (element.getType()) {
      case BOOLEAN -> AtomicType.BOOLEAN;
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
      case INT96 -> AtomicType.TIMESTAMP;
      case INT32 -> int32(node, element, logical, converted);
      case INT64 -> int64(node, element, logical, converted);
      case BYTE_ARRAY -> {
        if (isDecimal(logical, converted)) {
          yield decimal(element);
        }
        if (logical != null && (logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON())
            || converted == ConvertedType.UTF8
            || converted == ConvertedType.ENUM
            || converted == ConvertedType.JSON) {
          yield AtomicType.STRING;
        }
        yield AtomicType.BINARY;
      }
      case FIXED_LEN_BYTE_ARRAY -> {
        if (isDecimal(logical, converted)) {
          yield decimal(element);
        }
        if (converted != null || logical != null) {
          throw illegal(node);
        }
        yield AtomicType.BINARY;
      }
    };
  }

  private static DataType int32(
      ParquetNode node,
      SchemaElement element,
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted)
      throws IOException {
    if (isDecimal(logical, converted)) {
      return decimal(element);
    }
    if (logical != null && logical.isSetINTEGER()) {
      return integer(logical.getINTEGER());
    }
    if (logical != null && logical.isSetDATE()) {
      return AtomicType.DATE;
    }
    if (converted == null && logical == null) {
      return AtomicType.INT;
    }
    if (converted == null) {
      throw illegal(node);
    }
    return switch (converted) {
      case INT_8 -> AtomicType.TINYINT;
      case INT_16, UINT_8 -> AtomicType.SMALLINT;
      case INT_32, UINT_16 -> AtomicType.INT;
      case UINT_32 -> AtomicType.BIGINT;
      case DATE -> AtomicType.DATE;
      default -> throw illegal(node);
    };
  }

  private static DataType integer(IntType type) {
    return switch (type.getBitWidth()) {
      case 8 -> type.isIsSigned() ? AtomicType.TINYINT : AtomicType.SMALLINT;
      case 16 -> type.isIsSigned() ? AtomicType.SMALLINT : AtomicType.INT;
      case 32 -> type.isIsSigned() ? AtomicType.INT : AtomicType.BIGINT;
      default -> type.isIsSigned() ? AtomicType.BIGINT : new DecimalType(20, 0);
    };
  }

  private static DataType int64(
      ParquetNode node,
      SchemaElement element,
      @Nullable LogicalType logical,
      @Nullable ConvertedType converted)
      throws IOException {
    if (isDecimal(logical, converted)) {
      return decimal(element);
    }
    if (logical != null && logical.isSetINTEGER()) {
      return integer(logical.getINTEGER());
    }
    if (logical != null && logical.isSetTIMESTAMP()) {
      if (logical.getTIMESTAMP().getUnit().isSetNANOS()) {
        throw illegal(node);
      }
      return logical.getTIMESTAMP().isIsAdjustedToUTC()
          ? AtomicType.TIMESTAMP
          : AtomicType.TIMESTAMP_NTZ;
    }
    if (converted == null && logical == null) {
      return AtomicType.BIGINT;
    }
    if (converted == null) {
      throw illegal(node);
    }
    return switch (converted) {
      case INT_64 -> AtomicType.BIGINT;
      case UINT_64 -> new DecimalType(20, 0);
      case TIMESTAMP_MICROS, TIMESTAMP_MILLIS -> AtomicType.TIMESTAMP;
      default -> throw illegal(node);
    };
  }

  private static boolean isDecimal(
      @Nullable LogicalType logical, @Nullable ConvertedType converted) {
    return converted == ConvertedType.DECIMAL || logical != null && logical.isSetDECIMAL();
  }

  private static DataType decimal(SchemaElement element) throws IOException {
    boolean logical = element.isSetLogicalType() && element.getLogicalType().isSetDECIMAL();
    int precision =
        logical ? element.getLogicalType().getDECIMAL().getPrecision() : element.getPrecision();
    int scale = logical ? element.getLogicalType().getDECIMAL().getScale() : element.getScale();
    try {
      return new DecimalType(precision, scale);
    } catch (IllegalArgumentException e) {
      throw new IOException("column '" + element.getName() + "': " + e.getMessage());
    }
  }

  private static IOException illegal(ParquetNode node) {
    LogicalType logical = node.logical();
    Object what = logical != null ? logical.getSetField() : node.converted();
    return new IOException(
        "column '"
            + node.name()
            + "' has the Parquet type "
            + node.element().getType()
            + " ("
            + what
            + "), which has no SQL type; leave the column out of 'schema:'");
  }
}
