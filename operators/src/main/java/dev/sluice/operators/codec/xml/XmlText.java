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

  /** Only {@code ]]>} must not stand in a text. */
  private static boolean endsSection(String text, int at) {
    return at >= 2 && text.charAt(at - 1) == ']' && text.charAt(at - 2) == ']';
  }
}
