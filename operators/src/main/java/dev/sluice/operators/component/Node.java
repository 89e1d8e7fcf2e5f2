package dev.sluice.operators.component;

import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.List;
import java.util.Optional;

/**
 * A piece of the pipeline file, each with its place. What reads the file makes it; steps and
 * components interpret it.
 */
public sealed interface Node {
  SourcePosition at();

  /** The text of a scalar; empty for anything else. */
  static String text(Node node) {
    return node instanceof Text text ? text.value() : "";
  }

  /**
   * A scalar. {@code kind} is what YAML's core schema takes it for; {@code value} is the text as
   * the user meant it.
   */
  record Text(String value, Kind kind, SourcePosition at, Offsets offsets) implements Node {
    /** The type of a scalar by YAML's core schema. */
    public enum Kind {
      STRING,
      INTEGER,
      NUMBER,
      BOOLEAN,
      NULL
    }

    /** A string that stands in no file. */
    public static Text of(String value) {
      return new Text(value, Kind.STRING, SourcePosition.NOWHERE, offset -> SourcePosition.NOWHERE);
    }

    /** True if it says {@code true}, case ignored. */
    public boolean isTrue() {
      return value.equalsIgnoreCase("true");
    }

    /** Where the character at {@code offset} of {@link #value} stands in the file. */
    public SourcePosition at(int offset) {
      return offsets.at(offset);
    }
  }

  /**
   * Maps an offset in a scalar's value to its place in the file, through quotes, escapes and block
   * indentation.
   */
  @FunctionalInterface
  interface Offsets {
    SourcePosition at(int offset);

    /**
     * True if the value begins or ends at a comma between brackets, where no quotes say that it
     * does: the comma may have been meant to be part of it.
     */
    default boolean isCutAtComma() {
      return false;
    }
  }

  /** A sequence. */
  record Sequence(List<Node> items, SourcePosition at) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A mapping, in the order of the file; keys are unique. */
  record Mapping(List<Entry> entries, SourcePosition at) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    public Optional<Node> get(String key) {
      return entries.stream()
          .filter(e -> e.key().value().equals(key))
          .map(Entry::value)
          .findFirst();
    }
  }

  /** A key and its value. */
  record Entry(Text key, Node value) {}
}
