package dev.sluice.runner.schema;

/**
 * A JSON Pointer (RFC 6901): the way from the root of a file to one of its values.
 *
 * @param text as the validator writes it, with {@code ~} and {@code /} in names escaped
 */
public record Pointer(String text) {
  public static final Pointer ROOT = new Pointer("");

  /** To a value of the mapping that this points to; the name as the file has it. */
  public Pointer child(String name) {
    return new Pointer(text + '/' + name.replace("~", "~0").replace("/", "~1"));
  }

  /** To an item of the list that this points to; the first is 0. */
  public Pointer child(int index) {
    return new Pointer(text + '/' + index);
  }

  /** To what holds this value; the root stays itself. */
  public Pointer parent() {
    return text.isEmpty() ? this : new Pointer(text.substring(0, text.lastIndexOf('/')));
  }

  /** The name or index of this value, as the file has it; empty for the root. */
  public String last() {
    return text.substring(text.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
  }

  /** True if the other points to this value, or to a part of it. */
  public boolean contains(Pointer other) {
    return other.text.startsWith(text)
        && (other.text.length() == text.length() || other.text.charAt(text.length()) == '/');
  }

  @Override
  public String toString() {
    return text;
  }
}
