package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** The types that Spark sees in a file's schema. */
final class ParquetTypes {
  private ParquetTypes() {}

  /** As Spark wrote down, or else as the types in the file mean. */
  static Schema schema(ParquetFooter footer) throws IOException {
    Schema written = SparkSchema.of(footer.metadata().getFileMetaData().getKeyValueMetaData());
    return written == null ? new Schema(fields(footer.root())) : written;
  }

  /** The columns of a variant's group as they lie in the file. */
  static StructType parts(ParquetNode variant) throws IOException {
    return new StructType(fields(variant));
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
    if (Variants.isVariant(node)) {
      return AtomicType.VARIANT;
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
    PrimitiveType primitive = node.primitive();
    LogicalTypeAnnotation logical = node.logical();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal(node, decimal);
    }
    return switch (primitive.getPrimitiveTypeName()) {
      case BOOLEAN -> AtomicType.BOOLEAN;
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
      case INT96 -> AtomicType.TIMESTAMP;
      case INT32 -> int32(node, logical);
      case INT64 -> int64(node, logical);
      case BINARY ->
          logical instanceof StringLogicalTypeAnnotation
                  || logical instanceof EnumLogicalTypeAnnotation
                  || logical instanceof JsonLogicalTypeAnnotation
              ? AtomicType.STRING
              : AtomicType.BINARY;
      case FIXED_LEN_BYTE_ARRAY -> {
        if (logical != null) {
          throw illegal(node);
        }
        yield AtomicType.BINARY;
      }
    };
  }

  private static DataType int32(ParquetNode node, @Nullable LogicalTypeAnnotation logical)
      throws IOException {
    if (logical == null) {
      return AtomicType.INT;
    }
    if (logical instanceof IntLogicalTypeAnnotation integer) {
      return integer(integer);
    }
    if (logical instanceof DateLogicalTypeAnnotation) {
      return AtomicType.DATE;
    }
    throw illegal(node);
  }

  private static DataType integer(IntLogicalTypeAnnotation type) {
    return switch (type.getBitWidth()) {
      case 8 -> type.isSigned() ? AtomicType.TINYINT : AtomicType.SMALLINT;
      case 16 -> type.isSigned() ? AtomicType.SMALLINT : AtomicType.INT;
      case 32 -> type.isSigned() ? AtomicType.INT : AtomicType.BIGINT;
      default -> type.isSigned() ? AtomicType.BIGINT : new DecimalType(20, 0);
    };
  }

  private static DataType int64(ParquetNode node, @Nullable LogicalTypeAnnotation logical)
      throws IOException {
    if (logical == null) {
      return AtomicType.BIGINT;
    }
    if (logical instanceof IntLogicalTypeAnnotation integer) {
      return integer(integer);
    }
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp
        && timestamp.getUnit() != TimeUnit.NANOS) {
      return timestamp.isAdjustedToUTC() ? AtomicType.TIMESTAMP : AtomicType.TIMESTAMP_NTZ;
    }
    if (logical instanceof TimeLogicalTypeAnnotation time && time.getUnit() == TimeUnit.MICROS) {
      return TimeType.DEFAULT;
    }
    throw illegal(node);
  }

  private static DataType decimal(ParquetNode node, DecimalLogicalTypeAnnotation type)
      throws IOException {
    try {
      return new DecimalType(type.getPrecision(), type.getScale());
    } catch (IllegalArgumentException e) {
      throw new IOException("column '" + node.name() + "': " + e.getMessage());
    }
  }

  private static IOException illegal(ParquetNode node) {
    return new IOException(
        "column '"
            + node.name()
            + "' has the Parquet type "
            + node.primitive().getPrimitiveTypeName()
            + " ("
            + node.logical()
            + "), which has no SQL type; leave the column out of 'schema:'");
  }
}
