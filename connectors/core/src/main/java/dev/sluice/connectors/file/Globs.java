package dev.sluice.connectors.file;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Hadoop's path patterns: {@code ?}, {@code *}, {@code [abc]}, {@code [a-b]}, {@code [^a]}, {@code
 * {ab,cd}}, {@code \} quotes. Patterns do not cross a {@code /}, except alternatives in braces.
 */
final class Globs {
  private Globs() {}

  /** True if the text holds a character that means something to a pattern. */
  static boolean isGlob(String path) {
    for (int i = 0; i < path.length(); i++) {
      if ("{}[]*?\\".indexOf(path.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Fails, naming the pattern, if one of its names is none. */
  static void check(String pattern) {
    for (String one : expandBraces(pattern)) {
      for (String name : one.split("/")) {
        if (isGlob(name)) {
          compile(name);
        }
      }
    }
  }

  /** The files and folders that match, sorted by location. */
  static List<FileStatus> expand(FileStore store, String pattern) throws IOException {
    Map<String, FileStatus> found = new LinkedHashMap<>();
    for (String one : expandBraces(pattern)) {
      walk(store, one, found);
    }
    List<FileStatus> sorted = new ArrayList<>(found.values());
    sorted.sort(Comparator.comparing(FileStatus::location));
    return sorted;
  }

  private static void walk(FileStore store, String pattern, Map<String, FileStatus> found)
      throws IOException {
    int from = pattern.indexOf("://") < 0 ? 0 : pattern.indexOf('/', pattern.indexOf("://") + 3);
    String[] parts = pattern.substring(Math.max(0, from) + 1).split("/");
    List<String> folders = List.of(pattern.substring(0, Math.max(0, from)));
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      List<String> next = new ArrayList<>();
      if (!isGlob(parts[i])) {
        for (String folder : folders) {
          String child = folder + "/" + parts[i];
          if (!last) {
            next.add(child);
          } else {
            store.status(child).ifPresent(s -> found.put(s.location(), s));
          }
        }
      } else {
        Pattern matcher = compile(parts[i]);
        for (String folder : folders) {
          for (FileStatus child : store.list(folder.isEmpty() ? "/" : folder)) {
            if (!matcher.matcher(child.name()).matches()) {
              continue;
            }
            if (last) {
              found.put(child.location(), child);
            } else if (child.directory()) {
              next.add(child.location());
            }
          }
        }
      }
      folders = next;
    }
  }

  /** Resolves those braces whose alternatives hold a {@code /}; the others match within a name. */
  static List<String> expandBraces(String pattern) {
    int depth = 0;
    int open = -1;
    boolean crosses = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        if (depth++ == 0) {
          open = i;
          crosses = false;
        }
      } else if (c == '/' && depth > 0) {
        crosses = true;
      } else if (c == '}' && depth > 0 && --depth == 0 && crosses) {
        List<String> expanded = new ArrayList<>();
        for (String choice : alternatives(pattern.substring(open + 1, i))) {
          expanded.addAll(
              expandBraces(pattern.substring(0, open) + choice + pattern.substring(i + 1)));
        }
        return expanded;
      }
    }
    return List.of(pattern);
  }

  private static List<String> alternatives(String inner) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(inner.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(inner.substring(start));
    return parts;
  }

  /** The pattern of one name. Fails naming the pattern if brackets do not close. */
  static Pattern compile(String glob) {
    StringBuilder regex = new StringBuilder();
    int braces = 0;
    boolean set = false;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '\\') {
        i++;
        if (i == glob.length()) {
          throw broken(glob, "it ends in a backslash");
        }
        quote(glob.charAt(i), regex);
      } else if (set) {
        if (c == ']') {
          set = false;
          regex.append(']');
        } else if (c == '^' && regex.charAt(regex.length() - 1) == '[' || c == '-') {
          regex.append(c);
        } else {
          quote(c, regex);
        }
      } else {
        switch (c) {
          case '*' -> regex.append(".*");
          case '?' -> regex.append('.');
          case '[' -> {
            set = true;
            regex.append('[');
          }
          case '{' -> {
            braces++;
            regex.append("(?:");
          }
          case '}' -> {
            regex.append(braces > 0 ? ")" : "\\}");
            braces = Math.max(0, braces - 1);
          }
          case ',' -> regex.append(braces > 0 ? '|' : ',');
          default -> quote(c, regex);
        }
      }
    }
    if (set || braces > 0) {
      throw broken(glob, set ? "'[' is not closed" : "'{' is not closed");
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw broken(glob, e.getDescription());
    }
  }

  private static void quote(char c, StringBuilder regex) {
    if (!(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') && c < 0x80) {
      regex.append('\\');
    }
    regex.append(c);
  }

  private static PipelineException broken(String glob, String why) {
    return new PipelineException(
        "invalid-glob", "the path pattern '" + glob + "' is not valid: " + why);
  }

  /**
   * True if an archive folder could hold files that the source's pattern matches again: Spark
   * compares both as deep as the shorter one goes.
   */
  static boolean mayMatch(String sourcePattern, String archive) {
    String[] pattern = sourcePattern.split("/");
    String[] folder = archive.split("/");
    int depth = Math.min(pattern.length, folder.length);
    for (int i = 0; i < depth; i++) {
      boolean same =
          isGlob(pattern[i])
              ? compile(pattern[i]).matcher(folder[i]).matches()
              : pattern[i].equals(folder[i]);
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
