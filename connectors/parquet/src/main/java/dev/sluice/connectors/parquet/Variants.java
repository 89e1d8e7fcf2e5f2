package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation.VariantLogicalTypeAnnotation;
import org.jspecify.annotations.Nullable;

/**
 * Variants as Parquet has them: a group of two binaries, {@code metadata} and {@code value}. What
 * many values have in common may be shredded: it stands under {@code typed_value} as columns of its
 * own (Spark 4.1 writes so unless told not to), and {@code value} holds what is left.
 */
final class Variants {
  private static final String METADATA = "metadata";
  private static final String VALUE = "value";
  private static final String TYPED = "typed_value";

  private Variants() {}

  /** Whether the file says that a group is a variant. */
  static boolean isVariant(ParquetNode node) {
    return node.logical() instanceof VariantLogicalTypeAnnotation;
  }

  /** Whether a node can be read as a variant. */
  static boolean isShaped(ParquetNode node) {
    return !node.isLeaf()
        && node.children().stream().anyMatch(c -> c.name().equals(METADATA) && c.isLeaf())
        && node.children().stream()
            .anyMatch(c -> c.name().equals(VALUE) && c.isLeaf() || c.name().equals(TYPED));
  }

  /** A group's columns put together. */
  static BytesColumn column(StructColumn groups) throws IOException {
    StructType type = groups.type();
    BytesColumn metadata = (BytesColumn) groups.child(type.indexOf(METADATA)).flatten();
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, groups.size());
    Part part = Part.of(groups);
    Rebuilding rebuilding = part.typed == null ? null : new Rebuilding(metadata);
    for (int row = 0; row < groups.size(); row++) {
      if (groups.isNull(row)) {
        out.appendNull();
      } else if (rebuilding != null) {
        rebuilding.append(part, row, out);
      } else {
        BytesColumn value = part.value;
        if (value == null || value.isNull(row)) {
          throw new IOException("a variant has no value");
        }
        out.put(metadata.data(), metadata.starts()[row], dictionary(metadata, row));
        out.put(value.data(), value.starts()[row], value.lengths()[row]);
        out.endValue();
      }
    }
    return out.build();
  }

  /** How long the metadata say they are. */
  private static int dictionary(BytesColumn metadata, int row) throws IOException {
    int room = metadata.lengths()[row];
    int length = room < 2 ? -1 : Variant.metadataLength(metadata.data(), metadata.starts()[row]);
    if (length < 0 || length > room) {
      throw new IOException("the names in a variant are damaged");
    }
    return length;
  }

  /**
   * A place of a value: what is shredded of it, and the rest.
   *
   * @param typed the values that have the column's type; null if nothing is shredded
   * @param inner of the fields of objects, or one of the elements of arrays
   */
  private record Part(@Nullable BytesColumn value, @Nullable FlatColumn typed, List<Part> inner) {
    static Part of(StructColumn group) {
      BytesColumn value = null;
      FlatColumn typed = null;
      List<Part> inner = new ArrayList<>();
      for (int i = 0; i < group.type().size(); i++) {
        String name = group.type().field(i).name();
        if (name.equals(VALUE)) {
          value = (BytesColumn) group.child(i).flatten();
        } else if (name.equals(TYPED)) {
          typed = group.child(i).flatten();
        }
      }
      if (typed instanceof StructColumn object) {
        for (Column field : object.children()) {
          inner.add(of((StructColumn) field.flatten()));
        }
      } else if (typed instanceof ArrayColumn array) {
        inner.add(of((StructColumn) array.elements().flatten()));
      }
      return new Part(value, typed, inner);
    }
  }

  /** Puts shredded values together again. */
  private static final class Rebuilding {
    private final BytesColumn metadata;
    private final VariantWriter writer = new VariantWriter();
    private int top;

    Rebuilding(BytesColumn metadata) {
      this.metadata = metadata;
    }

    void append(Part part, int row, BytesBuilder out) throws IOException {
      top = row;
      writer.clear();
      try {
        if (!put(part, row)) {
          writer.putNull();
        }
      } catch (VariantWriter.DuplicateName e) {
        throw new IOException("a variant has the field '" + e.getMessage() + "' twice", e);
      }
      writer.appendTo(out);
    }

    /** False if nothing is there. */
    private boolean put(Part part, int row) throws IOException {
      Variant rest = part.value == null ? null : rest(part.value, row);
      FlatColumn typed = part.typed;
      if (typed == null || typed.isNull(row)) {
        if (rest != null) {
          writer.put(rest);
        }
        return rest != null;
      }
      if (typed instanceof StructColumn object) {
        object(part, object.type(), rest, row);
      } else if (typed instanceof ArrayColumn array) {
        array(part.inner.get(0), array.starts()[row], array.lengths()[row]);
      } else {
        scalar(typed, row);
      }
      return true;
    }

    private @Nullable Variant rest(BytesColumn value, int row) throws IOException {
      if (value.isNull(row)) {
        return null;
      }
      int names = dictionary(metadata, top);
      int start = metadata.starts()[top];
      byte[] whole =
          Arrays.copyOfRange(metadata.data(), start, start + names + value.lengths()[row]);
      System.arraycopy(value.data(), value.starts()[row], whole, names, value.lengths()[row]);
      return Variant.of(whole, 0);
    }

    private void object(Part part, StructType type, @Nullable Variant rest, int row)
        throws IOException {
      int start = writer.position();
      List<VariantWriter.Entry> entries = new ArrayList<>();
      for (int i = 0; i < type.size(); i++) {
        VariantWriter.Entry entry = writer.entry(type.field(i).name());
        if (put(part.inner.get(i), row)) {
          entries.add(entry);
        }
      }
      if (rest != null) {
        if (rest.kind() != Variant.Kind.OBJECT) {
          throw new IOException("what is left of a shredded object is none");
        }
        for (int i = 0; i < rest.size(); i++) {
          entries.add(writer.entry(rest.name(i)));
          writer.put(rest.item(i));
        }
      }
      writer.endObject(start, entries);
    }

    private void array(Part element, int from, int count) throws IOException {
      int start = writer.position();
      int[] positions = new int[count];
      for (int i = 0; i < count; i++) {
        positions[i] = writer.position();
        if (!put(element, from + i)) {
          writer.putNull();
        }
      }
      writer.endArray(start, positions, count);
    }

    private void scalar(FlatColumn column, int row) throws IOException {
      DataType type = column.type();
      if (column instanceof BytesColumn bytes) {
        int from = bytes.starts()[row];
        int length = bytes.lengths()[row];
        if (CollatedType.isText(type)) {
          writer.putString(bytes.data(), from, length);
        } else {
          writer.putBinary(bytes.data(), from, length);
        }
      } else if (column.value(row) instanceof BigDecimal decimal) {
        writer.putDecimal(decimal);
      } else if (column instanceof IntColumn ints) {
        if (type == AtomicType.DATE) {
          writer.putDate(ints.values()[row]);
        } else {
          writer.putLong(ints.values()[row]);
        }
      } else if (type == AtomicType.TIMESTAMP) {
        writer.putTimestamp(((LongColumn) column).values()[row]);
      } else if (type == AtomicType.TIMESTAMP_NTZ) {
        writer.putTimestampNtz(((LongColumn) column).values()[row]);
      } else if (type == AtomicType.BIGINT) {
        writer.putLong(((LongColumn) column).values()[row]);
      } else if (column instanceof DoubleColumn doubles) {
        writer.putDouble(doubles.values()[row]);
      } else if (column instanceof FloatColumn floats) {
        writer.putFloat(floats.values()[row]);
      } else if (column instanceof BooleanColumn booleans) {
        writer.putBoolean(booleans.values()[row]);
      } else {
        throw new IOException(
            "a variant is shredded into " + type + ", which is none of its types");
      }
    }
  }
}
