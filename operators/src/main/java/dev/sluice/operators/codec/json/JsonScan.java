package dev.sluice.operators.codec.json;

import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks into JSON texts without decoding them: what {@code json_array_length}, {@code
 * json_object_keys}, {@code json_tuple} and {@code get_json_object} need. Texts in single quotes
 * and raw control characters are taken, as Hive does. Not thread-safe.
 */
public final class JsonScan {
  private static final JsonSyntax SYNTAX =
      new JsonSyntax(
          false,
          false,
          true,
          false,
          false,
          false,
          true,
          JsonSyntax.DEFAULT.maxDepth(),
          JsonSyntax.DEFAULT.maxNumberLength(),
          JsonSyntax.DEFAULT.maxStringLength());

  private final JsonReader reader = new JsonReader(SYNTAX);
  private final JsonOutput output = new JsonOutput();

  /** The number of elements of the array that the text is, or -1 if it is none. */
  public int arrayLength(byte[] data, int start, int length) {
    reader.open(data, start, start + length);
    try {
      if (reader.peek() != '[') {
        return -1;
      }
      reader.beginNested(0);
      int count = 0;
      for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
        reader.skip(1);
        count++;
      }
      return count;
    } catch (JsonMistake e) {
      return -1;
    }
  }

  /**
   * Appends the names of the object that the text is; false, and nothing appended, if it is none.
   */
  public boolean keys(byte[] data, int start, int length, BytesBuilder into) {
    reader.open(data, start, start + length);
    int before = into.size();
    try {
      if (reader.peek() != '{') {
        return false;
      }
      reader.beginNested(0);
      for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
        reader.name();
        into.append(reader.text, reader.textStart, reader.textLength);
        reader.skip(1);
      }
      return true;
    } catch (JsonMistake e) {
      into.truncate(before);
      return false;
    }
  }

  /**
   * Appends to each builder the field of that name of the object that the text is: strings as they
   * are, other values as JSON; null for what is missing or null, and for all if the text is no
   * object. A null name finds nothing.
   */
  public void fields(byte[] data, int start, int length, byte[][] names, ColumnBuilder[] into) {
    byte[][] found = new byte[names.length][];
    reader.open(data, start, start + length);
    try {
      if (reader.peek() == '{') {
        reader.beginNested(0);
        for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
          reader.name();
          field(names, found);
        }
      }
    } catch (JsonMistake e) {
      Arrays.fill(found, null);
    }
    for (int i = 0; i < names.length; i++) {
      if (found[i] == null) {
        into[i].appendNull();
      } else {
        ((BytesBuilder) into[i]).append(found[i]);
      }
    }
  }

  private void field(byte[][] names, byte[][] found) {
    int matches = 0;
    boolean[] wanted = new boolean[names.length];
    for (int i = 0; i < names.length; i++) {
      wanted[i] = names[i] != null && reader.isText(names[i]);
      matches += wanted[i] ? 1 : 0;
    }
    if (matches == 0) {
      reader.skip(1);
      return;
    }
    output.clear();
    byte[] value = null;
    int first = reader.peek();
    if (reader.isString(first)) {
      reader.string();
      value =
          Arrays.copyOfRange(reader.text, reader.textStart, reader.textStart + reader.textLength);
    } else {
      copy(reader, output, 1);
      value = first == 'n' ? null : output.bytes();
    }
    for (int i = 0; i < names.length; i++) {
      if (wanted[i]) {
        found[i] = value;
      }
    }
  }

  /**
   * Looks for what stands at the path, as {@code get_json_object} shows it: {@link #length()} bytes
   * of {@link #text()} from {@link #start()} on, which are the data itself where they stand there
   * as they are shown. False if nothing does.
   */
  public boolean find(JsonPath path, byte[] data, int start, int length) {
    output.clear();
    reader.open(data, start, start + length);
    try {
      return reader.peek() >= 0 && path.evaluate(reader, output);
    } catch (JsonMistake e) {
      // No JSON has nothing at any path.
      return false;
    }
  }

  /** The array in which what was found stands until the next search. */
  public byte[] text() {
    return output.data();
  }

  public int start() {
    return output.start();
  }

  public int length() {
    return output.size();
  }

  /** Puts the value that begins here, without blanks; numbers with a point as doubles print. */
  static void copy(JsonReader reader, JsonOutput out, int depth) {
    int first = reader.peek();
    if (first == '{') {
      reader.beginNested(depth);
      out.begin('{');
      for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
        reader.name();
        out.name(reader.text, reader.textStart, reader.textLength);
        copy(reader, out, depth + 1);
      }
      out.end('}');
    } else if (first == '[') {
      reader.beginNested(depth);
      out.begin('[');
      for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
        copy(reader, out, depth + 1);
      }
      out.end(']');
    } else if (reader.isString(first)) {
      reader.string();
      out.string(reader.text, reader.textStart, reader.textLength);
    } else if (first == 't' || first == 'f' || first == 'n') {
      int from = reader.at;
      reader.word(first == 't' ? "true" : first == 'f' ? "false" : "null");
      out.slice(reader.data, from, reader.at - from);
    } else if (first < 0) {
      throw reader.mistake("a value is missing");
    } else {
      reader.number();
      if (reader.isWhole) {
        out.slice(reader.data, reader.numberStart, reader.numberLength);
        return;
      }
      double value =
          reader.isNamed
              ? reader.named()
              : Double.parseDouble(
                  new String(
                      reader.data,
                      reader.numberStart,
                      reader.numberLength,
                      StandardCharsets.US_ASCII));
      byte[] shown = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
      if (Double.isFinite(value)) {
        out.raw(shown, 0, shown.length);
      } else {
        // JSON has no number for it.
        out.string(shown, 0, shown.length);
      }
    }
  }
}
