package dev.sluice.connectors.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The name of a table, its schema before it. A part without quotes is left to the database, which
 * folds its case; one in double quotes is exact.
 *
 * @param parts as written
 */
public record TableName(List<Part> parts) {
  /** One name. */
  public record Part(String name, boolean quoted) {}

  public TableName {
    parts = List.copyOf(parts);
  }

  /** Nothing if it is no name. */
  public static Optional<TableName> parse(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at <= text.length()) {
      StringBuilder name = new StringBuilder();
      boolean quoted = at < text.length() && text.charAt(at) == '"';
      if (quoted) {
        at = endOfQuoted(text, at + 1, name);
        if (at < 0) {
          return Optional.empty();
        }
      } else {
        while (at < text.length() && isPlain(text.charAt(at), name.isEmpty())) {
          name.append(text.charAt(at++));
        }
      }
      if (name.isEmpty() || (at < text.length() && text.charAt(at) != '.')) {
        return Optional.empty();
      }
      parts.add(new Part(name.toString(), quoted));
      at++;
    }
    return parts.size() > 3 ? Optional.empty() : Optional.of(new TableName(parts));
  }

  private static int endOfQuoted(String text, int from, StringBuilder name) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          i++;
        } else {
          return i + 1;
        }
      }
      name.append(text.charAt(i));
    }
    return -1;
  }

  private static boolean isPlain(char c, boolean first) {
    boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c > 127;
    return letter || !first && (c >= '0' && c <= '9' || c == '$');
  }

  /** As it stands in a statement; {@code quote} puts a name into the database's quotes. */
  public String sql(UnaryOperator<String> quote) {
    List<String> texts = new ArrayList<>();
    for (Part part : parts) {
      texts.add(part.quoted() ? quote.apply(part.name()) : part.name());
    }
    return String.join(".", texts);
  }
}
