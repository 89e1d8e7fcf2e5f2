package dev.sluice.operators.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/**
 * The observed cases in which Sluice differs from Spark, each with its reason: {@code waivers.txt}.
 * There, {@code [suite]} starts a suite, a line starting with {@code #} gives the reason for the
 * ids below it. A run of a suite is held to exactly this list: a case that differs without a reason
 * fails it, and so does a reason for a case that agrees.
 */
@NullMarked
public final class Waivers {
  private final Map<String, String> reasons;
  private final Map<String, String> unexpected = new TreeMap<>();
  private final List<String> unwaived = new ArrayList<>();

  private Waivers(Map<String, String> reasons) {
    this.reasons = reasons;
  }

  /** The waivers of a suite, for one run of all its cases. */
  public static Waivers of(String suite) {
    Map<String, String> reasons = new LinkedHashMap<>();
    String current = "";
    String reason = "";
    for (String line : lines()) {
      if (line.startsWith("[")) {
        current = line.substring(1, line.length() - 1);
      } else if (line.startsWith("#")) {
        reason = line.substring(1).strip();
      } else if (!line.isBlank() && current.equals(suite)) {
        reasons.put(line.strip(), reason);
      }
    }
    return new Waivers(reasons);
  }

  /** Takes the verdict over a case: what is different, or nothing. */
  public void judge(String id, String difference) {
    boolean waived = reasons.remove(id) != null;
    if (!waived && !difference.isEmpty()) {
      unexpected.put(id, difference);
    } else if (waived && difference.isEmpty()) {
      unwaived.add(id);
    }
  }

  /** Fails unless exactly the waived cases differed. */
  public void verify() {
    if (!unexpected.isEmpty() || !unwaived.isEmpty() || !reasons.isEmpty()) {
      StringBuilder text = new StringBuilder("the cases that differ from Spark have changed");
      unexpected.forEach(
          (id, difference) ->
              text.append("\n  differs: ").append(id).append(": ").append(difference));
      unwaived.forEach(id -> text.append("\n  agrees, but is waived: ").append(id));
      reasons.keySet().forEach(id -> text.append("\n  waived, but was not run: ").append(id));
      throw new AssertionError(text.toString());
    }
  }

  private static List<String> lines() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Waivers.class.getResourceAsStream("waivers.txt")), UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
