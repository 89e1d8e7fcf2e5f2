package dev.sluice.operators.codec.xml;

/** Text within XML. */
final class XmlText {
  private XmlText() {}

  /** Puts a text so that it reads as itself. */
  static void escape(String text, boolean inAttribute, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append(endsSection(text, i) ? "&gt;" : ">");
        case '&' -> out.append("&amp;");
        case '"' -> out.append(inAttribute ? "&quot;" : "\"");
        default -> out.append(c);
      }
    }
  }

  /** Whether what stands from there on is a Name, as XML 1.0 has it. */
  static boolean isName(String text, int from) {
    if (from >= text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!(isLetter(c) || i > from && isFurther(c))) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  private static boolean isLetter(int c) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':';
    }
    return c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7
        || c >= 0x370 && c <= 0x1FFF && c != 0x37E
        || c == 0x200C
        || c == 0x200D
        || c >= 0x2070 && c <= 0x218F
        || c >= 0x2C00 && c <= 0x2FEF
        || c >= 0x3001 && c <= 0xD7FF
        || c >= 0xF900 && c <= 0xFDCF
        || c >= 0xFDF0 && c <= 0xFFFD
        || c >= 0x10000 && c <= 0xEFFFF;
  }

  private static boolean isFurther(int c) {
    return c == '-'
        || c == '.'
        || c >= '0' && c <= '9'
        || c == 0xB7
        || c >= 0x300 && c <= 0x36F
        || c == 0x203F
        || c == 0x2040;
  }

  /** Only {@code ]]>} must not stand in a text. */
  private static boolean endsSection(String text, int at) {
    return at >= 2 && text.charAt(at - 1) == ']' && text.charAt(at - 2) == ']';
  }
}
