package dev.sluice.connectors.csv;

/** Escapes in the value of option {@code sep}. */
final class CsvTexts {
  private CsvTexts() {}

  /**
   * The separator: {@code \t}, {@code \r}, {@code \b}, {@code \f}, {@code \\}, {@code \"}, {@code
   * \'} and {@code \}{@code u0000} stand for their characters. Throws {@link
   * IllegalArgumentException} with the mistake.
   */
  static String separator(String written) {
    if (written.isEmpty()) {
      throw new IllegalArgumentException("'sep' is empty");
    }
    if (written.equals("\\")) {
      throw new IllegalArgumentException("'sep' is a single backslash");
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c != '\\' || i + 1 == written.length()) {
        out.append(c);
        continue;
      }
      if (written.startsWith("u0000", i + 1)) {
        out.append('\0');
        i += 5;
        continue;
      }
      char escaped = written.charAt(++i);
      out.append(
          switch (escaped) {
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '\\', '"', '\'' -> escaped;
            default ->
                throw new IllegalArgumentException(
                    "'sep' has the unknown escape '\\" + escaped + "'");
          });
    }
    return out.toString();
  }
}
