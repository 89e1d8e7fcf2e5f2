package dev.sluice.operators.codec.json;

import java.nio.charset.StandardCharsets;

/**
 * Reads JSON from bytes, piece by piece: the caller looks at the first byte of a value and asks for
 * what it is. Well-formed UTF-8 is expected. Throws {@link JsonMistake}. Not thread-safe.
 */
final class JsonReader {
  private final JsonSyntax syntax;
  byte[] data = new byte[0];
  int at;
  int end;

  // The last string or name: a slice of the data, or of another array if it had escapes.
  byte[] text = data;
  int textStart;
  int textLength;
  private final JsonEscapes escapes;

  // The last number; its text is a slice of the data.
  int numberStart;
  int numberLength;
  boolean isWhole;
  boolean isNamed;
  // Its value if it is whole and of few digits, which is as good as always.
  boolean isShort;
  long shortValue;

  JsonReader(JsonSyntax syntax) {
    this.syntax = syntax;
    this.escapes = new JsonEscapes(syntax);
  }

  void open(byte[] bytes, int from, int to) {
    data = bytes;
    at = from;
    end = to;
  }

  JsonMistake mistake(String message) {
    return new JsonMistake(message, at);
  }

  /** The first byte of what comes next, behind blanks; -1 at the end. */
  int peek() {
    while (at < end) {
      int b = data[at];
      if (b > ' ' || b < 0) {
        if (b == '/' && syntax.comments()) {
          skipComment();
          continue;
        }
        return b & 0xff;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        throw mistake("control character " + b);
      }
      at++;
    }
    return -1;
  }

  private void skipComment() {
    int kind = at + 1 < end ? data[at + 1] : -1;
    if (kind == '/') {
      while (at < end && data[at] != '\n' && data[at] != '\r') {
        at++;
      }
      return;
    }
    if (kind != '*') {
      throw mistake("'/' begins no comment");
    }
    at += 2;
    while (at + 1 < end && !(data[at] == '*' && data[at + 1] == '/')) {
      at++;
    }
    if (at + 1 >= end) {
      throw mistake("a comment does not end");
    }
    at += 2;
  }

  /** Whether a value that begins with this byte is a string. */
  boolean isString(int first) {
    return first == '"' || (first == '\'' && syntax.singleQuotes());
  }

  /** Reads the string that begins here. */
  void string() {
    byte quote = data[at];
    int from = at + 1;
    int stop = JsonEscapes.plainEnd(data, from, end, quote);
    if (stop < end && data[stop] == quote) {
      text = data;
      textStart = from;
      textLength = stop - from;
      at = stop + 1;
    } else {
      at = escapes.read(data, from, stop, end, quote);
      text = escapes.text;
      textStart = 0;
      textLength = escapes.length;
    }
    if (textLength > syntax.maxStringLength()) {
      throw mistake("a string is longer than " + syntax.maxStringLength());
    }
  }

  /** Whether the last string or name is this one. */
  boolean isText(byte[] name) {
    return isText(name, text, textStart, textLength);
  }

  /** Names are short: calling for a comparison of arrays costs more than comparing. */
  static boolean isText(byte[] name, byte[] text, int start, int length) {
    if (length != name.length) {
      return false;
    }
    int i = 0;
    while (i < length && text[start + i] == name[i]) {
      i++;
    }
    return i == length;
  }

  /** Reads the name of a field, and the colon behind it. */
  void name() {
    if (at < end && data[at] == '"') {
      // As nearly all are: nothing to be told apart, and the colon right behind.
      int from = at + 1;
      int stop = JsonEscapes.plainEnd(data, from, end, (byte) '"');
      if (stop + 1 < end
          && data[stop] == '"'
          && data[stop + 1] == ':'
          && stop - from <= syntax.maxStringLength()) {
        text = data;
        textStart = from;
        textLength = stop - from;
        at = stop + 2;
        return;
      }
    }
    int first = peek();
    if (isString(first)) {
      string();
    } else if (syntax.unquotedFieldNames() && isNamePart(first)) {
      text = data;
      textStart = at;
      while (at < end && isNamePart(data[at] & 0xff)) {
        at++;
      }
      textLength = at - textStart;
    } else {
      throw mistake("a field name is missing");
    }
    if (peek() != ':') {
      throw mistake("':' is missing");
    }
    at++;
  }

  private static boolean isNamePart(int b) {
    return b >= 0x80
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '$'
        || b == '-'
        || b == '@'
        || b == '#'
        || b == '*'
        || b == '+';
  }

  /** Reads the number that begins here. */
  void number() {
    numberStart = at;
    isWhole = true;
    isNamed = false;
    isShort = false;
    int i = at;
    if (data[i] == '-') {
      i++;
    } else if (data[i] == '+') {
      namedNumber(i + 1);
      return;
    }
    int digits = i;
    long value = 0;
    int digit;
    while (i < end && (digit = data[i] - '0') >= 0 && digit <= 9) {
      value = value * 10 + digit;
      i++;
    }
    if (i == digits) {
      namedNumber(i);
      return;
    }
    shortValue = data[at] == '-' ? -value : value;
    isShort = i - digits <= 18;
    if (data[digits] == '0' && i > digits + 1) {
      if (!syntax.leadingZeros()) {
        throw mistake("a number with leading zeros");
      }
      while (digits < i - 1 && data[digits] == '0') {
        digits++;
      }
      if (data[numberStart] != '-') {
        numberStart = digits;
      }
    }
    if (isShort && i < end && (data[i] == ',' || data[i] == '}')) {
      // Nothing is left to look at.
      endNumber(i);
      return;
    }
    if (i < end && data[i] == '.') {
      isWhole = false;
      i = digits(i + 1);
    }
    if (i < end && (data[i] | 0x20) == 'e') {
      isWhole = false;
      i++;
      if (i < end && (data[i] == '+' || data[i] == '-')) {
        i++;
      }
      i = digits(i);
    }
    endNumber(i);
    endOfWord();
  }

  private void endNumber(int behind) {
    numberLength = behind - numberStart;
    if (numberLength > syntax.maxNumberLength()) {
      throw mistake("a number is longer than " + syntax.maxNumberLength());
    }
    at = behind;
  }

  private int digits(int from) {
    int i = from;
    while (i < end && isDigit(data[i])) {
      i++;
    }
    if (i == from) {
      throw mistake("a number does not end");
    }
    return i;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** {@code NaN}, {@code INF} or {@code Infinity}, with its sign before it. */
  private void namedNumber(int from) {
    boolean signed = from > numberStart;
    isWhole = false;
    isNamed = true;
    for (String word : new String[] {"NaN", "Infinity", "INF"}) {
      boolean allowed = word.equals("NaN") ? !signed : signed || !word.equals("INF");
      if (syntax.nonNumericNumbers() && allowed && isWord(word, from)) {
        at = from + word.length();
        numberLength = at - numberStart;
        endOfWord();
        return;
      }
    }
    throw mistake("a value is missing or unknown");
  }

  boolean allowsNamedNumbers() {
    return syntax.nonNumericNumbers();
  }

  /** The last string as a text; cold paths only. */
  String textString() {
    return new String(text, textStart, textLength, StandardCharsets.UTF_8);
  }

  /** The number just read by name. */
  double named() {
    boolean negative = data[numberStart] == '-';
    if (data[numberStart] == 'N') {
      return Double.NaN;
    }
    return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private boolean isWord(String word, int from) {
    if (from + word.length() > end) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (data[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void endOfWord() {
    if (at < end) {
      int b = data[at];
      boolean ends =
          b == ','
              || b == ']'
              || b == '}'
              || b == ' '
              || b == '\n'
              || b == '\r'
              || b == '\t'
              || (b == '/' && syntax.comments());
      if (!ends) {
        throw mistake("a value is followed by something else");
      }
    }
  }

  /** Reads {@code true}, {@code false} or {@code null}. */
  void word(String word) {
    if (!isWord(word, at)) {
      throw mistake("a value is missing or unknown");
    }
    at += word.length();
    endOfWord();
  }

  /** Passes the value that begins here, whatever it is. {@code depth} counts what it is inside. */
  void skip(int depth) {
    int first = peek();
    if (first == '{') {
      beginNested(depth);
      for (boolean more = firstOf('}'); more; more = nextOf('}')) {
        name();
        skip(depth + 1);
      }
    } else if (first == '[') {
      beginNested(depth);
      for (boolean more = firstOf(']'); more; more = nextOf(']')) {
        skip(depth + 1);
      }
    } else {
      skipScalar(first);
    }
  }

  private void skipScalar(int first) {
    if (isString(first)) {
      string();
    } else {
      switch (first) {
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        case -1 -> throw mistake("a value is missing");
        default -> number();
      }
    }
  }

  /** Passes the opening bracket of an object or array. */
  void beginNested(int depth) {
    if (depth >= syntax.maxDepth()) {
      throw mistake("nested deeper than " + syntax.maxDepth());
    }
    at++;
  }

  /** Behind an opening bracket: whether there is an element; passes the closing one if not. */
  boolean firstOf(char close) {
    int next = peek();
    if (next == close) {
      at++;
      return false;
    }
    return true;
  }

  /** Behind an element: whether there is another one; passes the comma or closing bracket. */
  boolean nextOf(char close) {
    if (at + 1 < end && data[at] == ',' && data[at + 1] == '"') {
      // Without blanks, as programs write it.
      at++;
      return true;
    }
    int next = peek();
    if (next == ',') {
      at++;
      if (peek() == close) {
        throw mistake("an element is missing");
      }
      return true;
    }
    if (next == close) {
      at++;
      return false;
    }
    throw mistake("',' or '" + close + "' is missing");
  }
}
