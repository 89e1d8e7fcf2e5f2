package dev.sluice.operators.io;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Paths within URIs, quoted as {@link URI} quotes them: letters of other scripts stay. */
public final class UriPaths {
  private UriPaths() {}

  /** The path with percent escapes where a URI needs them. */
  public static String quote(String path) {
    StringBuilder uri = new StringBuilder(path.length() + 16);
    for (int i = 0; i < path.length(); ) {
      int c = path.codePointAt(i);
      i += Character.charCount(c);
      if (c > ' ' && c < 0x7f && "\"#%<>?[\\]^`{|}".indexOf(c) < 0
          || c >= 0x80 && !Character.isISOControl(c) && !Character.isSpaceChar(c)) {
        uri.appendCodePoint(c);
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          uri.append('%').append(hex(b >> 4)).append(hex(b));
        }
      }
    }
    return uri.toString();
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit & 15);
  }

  /** The path that {@link #quote} made this of. */
  public static String unquote(String quoted) {
    if (quoted.indexOf('%') < 0) {
      return quoted;
    }
    String path = URI.create("file://" + quoted).getPath();
    return path == null ? quoted : path;
  }

  /** Where the path of a URI with an authority begins; its length if it has none. */
  public static int pathStart(String uri) {
    int slash = uri.indexOf('/', uri.indexOf("://") + 3);
    return slash < 0 ? uri.length() : slash;
  }
}
