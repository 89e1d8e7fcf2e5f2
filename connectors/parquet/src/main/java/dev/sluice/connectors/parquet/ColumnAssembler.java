package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts columns of any shape together from the levels and values of their leaves. A place is an
 * entry of a leaf at which something of the node could stand: its repetition level is at most that
 * of the node's surroundings, its definition level at least.
 */
final class ColumnAssembler {
  private final @Nullable LeafReader[] leaves;
  private final LeafColumns.Calendar calendar;

  /** Whether what is built is a variant: its names are keys of JSON, which may differ in case. */
  private boolean inVariant;

  /** {@code leaves} by index, null for those not read. */
  ColumnAssembler(@Nullable LeafReader[] leaves, LeafColumns.Calendar calendar) {
    this.leaves = leaves;
    this.calendar = calendar;
  }

  /** The child of that name, case ignored; fails if there are several, as Spark does. */
  static @Nullable ParquetNode find(ParquetNode group, String name) throws IOException {
    ParquetNode found = null;
    for (ParquetNode child : group.children()) {
      if (child.name().equalsIgnoreCase(name)) {
        if (found != null) {
          throw new IOException(
              "the columns '"
                  + found.name()
                  + "' and '"
                  + child.name()
                  + "' differ only in case; rename one where the file is written");
        }
        found = child;
      }
    }
    return found;
  }

  /** Adds the leaves that reading a node as a type needs: at least one, for its levels. */
  static void collect(ParquetNode node, DataType type, boolean element, Set<Integer> into)
      throws IOException {
    if (node.isRepeated() && !element) {
      ArrayType array = expect(node, type, ArrayType.class);
      collect(node, array.element(), true, into);
    } else if (type == AtomicType.VARIANT && Variants.isShaped(node)) {
      node.leaves().forEach(leaf -> into.add(leaf.leaf()));
    } else if (node.isLeaf()) {
      if (isNested(type)) {
        throw LeafColumns.mismatch(node, ParquetTypes.elementType(node), type);
      }
      into.add(node.leaf());
    } else if (node.isList()) {
      ArrayType array = expect(node, type, ArrayType.class);
      collect(node.listShape().element(), array.element(), true, into);
    } else if (node.isMap()) {
      MapType map = expect(node, type, MapType.class);
      ParquetNode entries = node.mapEntries();
      collect(entries.children().get(0), map.key(), false, into);
      collect(entries.children().get(1), map.value(), false, into);
    } else {
      StructType struct = expect(node, type, StructType.class);
      int before = into.size();
      for (Field field : struct.fields()) {
        ParquetNode child = find(node, field.name());
        if (child != null) {
          collect(child, field.type(), false, into);
        }
      }
      if (into.size() == before) {
        into.add(node.leaf());
      }
    }
  }

  private static boolean isNested(DataType type) {
    return type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type == AtomicType.VARIANT;
  }

  private static <T extends DataType> T expect(ParquetNode node, DataType type, Class<T> shape)
      throws IOException {
    if (!shape.isInstance(type)) {
      throw LeafColumns.mismatch(node, ParquetTypes.type(node), type);
    }
    return shape.cast(type);
  }

  /** A column of the rows that the leaves have just read. */
  Column build(ParquetNode node, DataType type) throws IOException {
    return build(node, type, 0, 0, false);
  }

  private Column build(
      ParquetNode node, DataType type, int repetition, int definition, boolean element)
      throws IOException {
    if (node.isRepeated() && !element) {
      return array((ArrayType) type, definition, node, node, repetition, definition);
    }
    if (type == AtomicType.VARIANT) {
      boolean outer = inVariant;
      inVariant = true;
      Column parts = struct(node, ParquetTypes.parts(node), repetition, definition);
      inVariant = outer;
      return Variants.column((StructColumn) parts);
    }
    if (node.isLeaf()) {
      return leaf(node, type, definition);
    }
    if (node.isList()) {
      ParquetNode.ListShape shape = node.listShape();
      return array(
          (ArrayType) type,
          node.maxDefinition(),
          shape.repeated(),
          shape.element(),
          repetition,
          definition);
    }
    if (node.isMap()) {
      return map(node, (MapType) type, repetition, definition);
    }
    return struct(node, (StructType) type, repetition, definition);
  }

  private LeafReader anyLeaf(ParquetNode node) {
    for (int i = node.leaf(); i < leaves.length; i++) {
      LeafReader leaf = leaves[i];
      if (leaf != null) {
        return leaf;
      }
    }
    throw new IllegalStateException("no leaf of '" + node.name() + "' was read");
  }

  private Column leaf(ParquetNode node, DataType type, int definition) throws IOException {
    LeafReader leaf = anyLeaf(node);
    Values values = leaf.values;
    if (leaf.complete) {
      return LeafColumns.column(node, values, Validity.ALL, type, calendar);
    }
    int[] definitions = leaf.definitions;
    int[] rows = new int[values.size];
    long[] words = new long[Validity.wordsFor(leaf.entries)];
    int places = 0;
    int present = 0;
    for (int i = 0; i < leaf.entries; i++) {
      if (definitions[i] >= definition) {
        if (definitions[i] == node.maxDefinition()) {
          rows[present++] = places;
          words[places >> 6] |= 1L << places;
        }
        places++;
      }
    }
    values.spread(rows, places);
    return LeafColumns.column(node, values, Validity.of(words, places), type, calendar);
  }

  private Column struct(ParquetNode node, StructType type, int repetition, int definition)
      throws IOException {
    LeafReader leaf = anyLeaf(node);
    int places = 0;
    long[] words = new long[Validity.wordsFor(leaf.entries)];
    for (int i = 0; i < leaf.entries; i++) {
      if (leaf.complete) {
        words[i >> 6] |= 1L << i;
        places++;
      } else if (isPlace(leaf, i, repetition, definition)) {
        if (leaf.definitions[i] >= node.maxDefinition()) {
          words[places >> 6] |= 1L << places;
        }
        places++;
      }
    }
    List<Column> children = new ArrayList<>(type.size());
    for (int i = 0; i < type.size(); i++) {
      Field field = type.field(i);
      // A variant's type has just the file's columns.
      ParquetNode child = inVariant ? node.children().get(i) : find(node, field.name());
      children.add(
          child == null
              ? ConstantColumn.of(field.type(), null, places)
              : build(child, field.type(), repetition, definition, false));
    }
    return new StructColumn(type, children, Validity.of(words, places), places);
  }

  private static boolean isPlace(LeafReader leaf, int entry, int repetition, int definition) {
    return leaf.definitions[entry] >= definition
        && (leaf.node().maxRepetition() == 0 || leaf.repetitions[entry] <= repetition);
  }

  /** Where lists begin and how long they are. */
  private record Lists(int[] starts, int[] lengths, Validity validity, int count) {}

  /**
   * @param present the definition level of a list that is there
   * @param repeated the node whose places are the elements
   */
  private Lists lists(
      LeafReader leaf, int present, ParquetNode repeated, int repetition, int definition) {
    int[] starts = new int[Math.max(16, leaf.entries)];
    int[] lengths = new int[starts.length];
    long[] words = new long[Validity.wordsFor(leaf.entries)];
    int count = 0;
    int elements = 0;
    for (int i = 0; i < leaf.entries; i++) {
      int level = leaf.definitions[i];
      if (leaf.repetitions[i] <= repetition) {
        if (level < definition) {
          continue;
        }
        starts[count] = elements;
        if (level >= present) {
          words[count >> 6] |= 1L << count;
        }
        if (level >= repeated.maxDefinition()) {
          lengths[count] = 1;
          elements++;
        }
        count++;
      } else if (leaf.repetitions[i] == repeated.maxRepetition()
          && level >= repeated.maxDefinition()
          && count > 0) {
        lengths[count - 1]++;
        elements++;
      }
    }
    return new Lists(
        Arrays.copyOf(starts, count),
        Arrays.copyOf(lengths, count),
        Validity.of(words, count),
        count);
  }

  private Column array(
      ArrayType type,
      int present,
      ParquetNode repeated,
      ParquetNode element,
      int repetition,
      int definition)
      throws IOException {
    Lists lists = lists(anyLeaf(repeated), present, repeated, repetition, definition);
    Column elements =
        build(element, type.element(), repeated.maxRepetition(), repeated.maxDefinition(), true);
    return new ArrayColumn(
        type, elements, lists.starts, lists.lengths, lists.validity, lists.count);
  }

  private Column map(ParquetNode node, MapType type, int repetition, int definition)
      throws IOException {
    ParquetNode entries = node.mapEntries();
    Lists lists = lists(anyLeaf(entries), node.maxDefinition(), entries, repetition, definition);
    int inner = entries.maxRepetition();
    int there = entries.maxDefinition();
    Column keys = build(entries.children().get(0), type.key(), inner, there, false);
    Column values = build(entries.children().get(1), type.value(), inner, there, false);
    return new MapColumn(
        type, keys, values, lists.starts, lists.lengths, lists.validity, lists.count);
  }
}
