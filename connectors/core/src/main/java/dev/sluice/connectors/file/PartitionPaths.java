package dev.sluice.connectors.file;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folders named {@code column=value}, with Hive's escaping. */
final class PartitionPaths {
  /** Stands for null, and for the empty text. */
  static final String NULL_NAME = "__HIVE_DEFAULT_PARTITION__";

  private static final String ESCAPED = "\"#%'*/:=?\\{[]^";

  private PartitionPaths() {}

  /** One folder; a null value is null. */
  record Part(String column, @Nullable String value) {}

  /**
   * The parts of a file's folder below {@code base}, outermost first; empty if there are none.
   * Plain folders below the innermost {@code column=value} are passed over, a plain folder above
   * one ends the search: as Spark does.
   */
  static List<Part> parse(String folder, String base) {
    if (folder.length() <= base.length() || folder.indexOf('=', base.length()) < 0) {
      return List.of();
    }
    String[] names = folder.substring(base.length() + 1).split("/");
    List<Part> parts = new ArrayList<>();
    for (int i = names.length - 1; i >= 0; i--) {
      Part part = part(names[i]);
      if (part == null && !parts.isEmpty()) {
        break;
      }
      if (part != null) {
        parts.add(part);
      }
    }
    Collections.reverse(parts);
    return parts;
  }

  private static @Nullable Part part(String name) {
    int equals = name.indexOf('=');
    if (equals <= 0 || equals == name.length() - 1) {
      return null;
    }
    String value = name.substring(equals + 1);
    return new Part(
        unescape(name.substring(0, equals)), value.equals(NULL_NAME) ? null : unescape(value));
  }

  /** Undoes {@link #escape}; a percent sign without two hex digits stays. */
  static String unescape(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    // Spark decodes %XX as one character below 256, not as a byte of UTF-8.
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          plain.append((char) (high << 4 | low));
          i += 2;
          continue;
        }
      }
      plain.append(c);
    }
    return plain.toString();
  }

  /** The name of a value's folder, without the column; null and the empty text have a name. */
  static String escape(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return NULL_NAME;
    }
    int i = 0;
    while (i < value.length() && !isEscaped(value.charAt(i))) {
      i++;
    }
    if (i == value.length()) {
      return value;
    }
    StringBuilder escaped = new StringBuilder(value.length() + 8);
    for (i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isEscaped(c)) {
        escaped.append('%').append(hex(c >> 4)).append(hex(c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean isEscaped(char c) {
    return c < 0x20 || c == 0x7f || ESCAPED.indexOf(c) >= 0;
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit & 15);
  }
}
