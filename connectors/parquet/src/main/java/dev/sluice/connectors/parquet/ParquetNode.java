package dev.sluice.connectors.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A node of a file's schema, with its place among the levels and the leaves.
 *
 * @param type as the file says
 * @param path the names from the top to here, none for the root
 * @param children empty for a leaf
 * @param maxDefinition the definition level of a value that is there
 * @param maxRepetition how many repeated nodes lie on the way here, this one included
 * @param leaf the index of the first leaf below, or of this leaf, among all leaves
 */
record ParquetNode(
    Type type,
    List<String> path,
    List<ParquetNode> children,
    int maxDefinition,
    int maxRepetition,
    int leaf) {

  static ParquetNode tree(MessageType schema) {
    List<ParquetNode> children = new ArrayList<>(schema.getFieldCount());
    int[] nextLeaf = {0};
    for (Type child : schema.getFields()) {
      children.add(node(child, List.of(), 0, 0, nextLeaf));
    }
    return new ParquetNode(schema, List.of(), children, 0, 0, 0);
  }

  private static ParquetNode node(
      Type type, List<String> above, int definition, int repetition, int[] nextLeaf) {
    List<String> path = new ArrayList<>(above);
    path.add(type.getName());
    int ownDefinition = definition + (type.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1);
    int ownRepetition = repetition + (type.isRepetition(Type.Repetition.REPEATED) ? 1 : 0);
    int leaf = nextLeaf[0];
    List<ParquetNode> children = new ArrayList<>();
    if (type.isPrimitive()) {
      nextLeaf[0]++;
    } else {
      for (Type child : type.asGroupType().getFields()) {
        children.add(node(child, path, ownDefinition, ownRepetition, nextLeaf));
      }
    }
    return new ParquetNode(type, path, children, ownDefinition, ownRepetition, leaf);
  }

  /** The leaves at or below this node, in order. */
  List<ParquetNode> leaves() {
    List<ParquetNode> leaves = new ArrayList<>();
    addLeaves(leaves);
    return leaves;
  }

  private void addLeaves(List<ParquetNode> into) {
    if (isLeaf()) {
      into.add(this);
    }
    for (ParquetNode child : children) {
      child.addLeaves(into);
    }
  }

  String name() {
    return type.getName();
  }

  boolean isLeaf() {
    return type.isPrimitive();
  }

  /** Of a leaf only. */
  PrimitiveType primitive() {
    return type.asPrimitiveType();
  }

  boolean isRepeated() {
    return type.isRepetition(Type.Repetition.REPEATED);
  }

  @Nullable LogicalTypeAnnotation logical() {
    return type.getLogicalTypeAnnotation();
  }

  boolean isList() {
    return logical() instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation;
  }

  boolean isMap() {
    return logical() instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
        || logical() instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
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
            || repeated.children.size() != 1
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
