package dev.sluice.operators.io;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as users write them, made absolute. Locations without scheme lie on the local disk. */
public final class Locations {
  private Locations() {}

  /**
   * The absolute location for what a pipeline file says: relative paths start at {@code
   * baseDirectory}, {@code file:} URIs lose their scheme, {@code .}, {@code ..} and doubled slashes
   * go. Of other schemes the path is tidied in the same way. Glob characters and percent signs are
   * left alone, as Hadoop does.
   */
  public static String resolve(String path, String baseDirectory) {
    String text = path.trim();
    if (text.startsWith("file:")) {
      text = text.substring("file:".length());
      if (text.startsWith("//")) {
        // The authority of a file URI, normally empty, says nothing here.
        int end = text.indexOf('/', 2);
        text = end < 0 ? "/" : text.substring(end);
      }
    } else if (hasScheme(text)) {
      int start = UriPaths.pathStart(text);
      String within = normalize(text.substring(start));
      return text.substring(0, start) + (within.equals("/") ? "" : within);
    }
    return normalize(text.startsWith("/") ? text : baseDirectory + "/" + text);
  }

  /** True for {@code hdfs://...}, {@code s3a://...} and the like. */
  public static boolean hasScheme(String location) {
    int colon = location.indexOf(':');
    if (colon < 1 || !location.startsWith("//", colon + 1)) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = location.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }

  /** The location as Spark shows it in descriptions: {@code file:/data/in}. */
  public static String display(String location) {
    return hasScheme(location) ? location : "file:" + location;
  }

  private static String normalize(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.isEmpty() || parts.peekLast().equals("..")) {
          if (!absolute) {
            parts.addLast(part);
          }
        } else {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined;
  }
}
