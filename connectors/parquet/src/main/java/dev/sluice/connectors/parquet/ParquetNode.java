package dev.sluice.connectors.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * A node of a file's schema.
 *
 * @param element as the file says
 * @param children empty for a leaf
 * @param maxDefinition the definition level of a value that is there
 * @param maxRepetition how many repeated nodes lie on the way here, this one included
 * @param leaf the index of the first leaf below, or of this leaf, among all leaves
 */
record ParquetNode(
    SchemaElement element,
    List<ParquetNode> children,
    int maxDefinition,
    int maxRepetition,
    int leaf) {
  private static final int DEEPEST = 100;

  /** The tree of a file's schema, from its elements in depth-first order. */
  static ParquetNode tree(List<SchemaElement> elements) throws IOException {
    if (elements.isEmpty()) {
      throw new IOException("the file has no schema");
    }
    int[] place = {0, 0};
    ParquetNode root = read(elements, place, 0, 0, 0);
    if (place[0] != elements.size()) {
      throw new IOException("the file's schema is damaged");
    }
    return root;
  }

  /** {@code place}: the next element and the next leaf. */
  private static ParquetNode read(
      List<SchemaElement> elements, int[] place, int definition, int repetition, int depth)
      throws IOException {
    if (place[0] >= elements.size() || depth > DEEPEST) {
      throw new IOException("the file's schema is damaged or deeper than " + DEEPEST);
    }
    SchemaElement element = elements.get(place[0]++);
    int ownDefinition = definition;
    int ownRepetition = repetition;
    if (depth > 0 && element.isSetRepetition_type()) {
      if (element.getRepetition_type() != FieldRepetitionType.REQUIRED) {
        ownDefinition++;
      }
      if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
        ownRepetition++;
      }
    }
    int leaf = place[1];
    List<ParquetNode> children = new ArrayList<>();
    if (element.isSetType()) {
      place[1]++;
    } else {
      for (int i = 0; i < element.getNum_children(); i++) {
        children.add(read(elements, place, ownDefinition, ownRepetition, depth + 1));
      }
    }
    return new ParquetNode(element, children, ownDefinition, ownRepetition, leaf);
  }

  String name() {
    return element.getName();
  }

  boolean isLeaf() {
    return element.isSetType();
  }

  boolean isRepeated() {
    return element.getRepetition_type() == FieldRepetitionType.REPEATED;
  }

  boolean isOptional() {
    return element.getRepetition_type() == FieldRepetitionType.OPTIONAL;
  }

  @Nullable LogicalType logical() {
    return element.isSetLogicalType() ? element.getLogicalType() : null;
  }

  @Nullable ConvertedType converted() {
    return element.isSetConverted_type() ? element.getConverted_type() : null;
  }

  boolean isList() {
    LogicalType logical = logical();
    return converted() == ConvertedType.LIST || logical != null && logical.isSetLIST();
  }

  boolean isMap() {
    LogicalType logical = logical();
    return converted() == ConvertedType.MAP
        || converted() == ConvertedType.MAP_KEY_VALUE
        || logical != null && logical.isSetMAP();
  }

  /** The repeated node of a list and the element it stands for. */
  record ListShape(ParquetNode repeated, ParquetNode element) {}

  /** How this list is laid out; older writers left out a level. */
  ListShape listShape() throws IOException {
    if (children.size() != 1 || !children.get(0).isRepeated()) {
      throw new IOException("the list '" + name() + "' is not laid out as one");
    }
    ParquetNode repeated = children.get(0);
    boolean isElement =
        repeated.isLeaf()
            || repeated.children.size() > 1
            || repeated.name().equals("array")
            || repeated.name().equals(name() + "_tuple");
    return new ListShape(repeated, isElement ? repeated : repeated.children.get(0));
  }

  /** The repeated node of a map, whose children are key and value. */
  ParquetNode mapEntries() throws IOException {
    if (children.size() != 1
        || !children.get(0).isRepeated()
        || children.get(0).children.size() != 2) {
      throw new IOException("the map '" + name() + "' is not laid out as one");
    }
    return children.get(0);
  }
}
