package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values that must appear in no log, error or page, and the pen that strikes them out. */
public final class Secrets {
  private static final String STRUCK = "***";

  /** What stands before a secret in the header of a request. */
  private static final List<String> SCHEMES = List.of("Bearer ", "Basic ", "Token ");

  /** What is shorter is part of other words, which would give it away if they were struck. */
  private static final int LEAST_LENGTH = 4;

  private final List<String> values = new ArrayList<>();
  private final Set<SourcePosition> told = new HashSet<>();

  /** True for names by which Spark, too, knows what must not be shown. */
  public static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("password")
        || lower.contains("secret")
        || lower.contains("token")
        || lower.contains("jaas")
        || lower.contains("keystore.key")
        || lower.contains("credential")
        || lower.contains("accesskey")
        || lower.contains("access.key")
        || lower.contains("access_key")
        || lower.contains("apikey")
        || lower.contains("api_key")
        || lower.contains("api-key")
        || lower.contains("authorization")
        || lower.contains("cookie");
  }

  /** True if it is not part of other words, by its length. */
  static boolean isLong(String value) {
    return value.strip().length() >= LEAST_LENGTH;
  }

  /** From now on this value is struck out; of {@code Bearer x}, and the like, {@code x} too. */
  public synchronized void add(String value) {
    strike(value);
    for (String scheme : SCHEMES) {
      if (value.regionMatches(true, 0, scheme, 0, scheme.length())) {
        strike(value.substring(scheme.length()).strip());
      }
    }
  }

  /**
   * As {@link #add(String)}; tells, once at a place, of a secret that is too short to be hidden.
   */
  public synchronized void add(String value, SourcePosition at, Problems problems) {
    add(value);
    if (!value.isBlank() && value.length() < LEAST_LENGTH && told.add(at)) {
      problems.warning(
          "short-secret",
          at,
          "this secret is too short to be hidden well: it is struck out only where it stands by"
              + " itself",
          "choose a longer one");
    }
  }

  private void strike(String value) {
    if (!value.isBlank() && !values.contains(value)) {
      values.add(value);
      values.sort((a, b) -> b.length() - a.length());
    }
  }

  public void addAll(Collection<String> more) {
    more.forEach(this::add);
  }

  /** The text without any secret in it. */
  public synchronized String redact(String text) {
    String redacted = text;
    for (String value : values) {
      redacted =
          value.length() < LEAST_LENGTH
              ? strikeAlone(redacted, value)
              : redacted.replace(value, STRUCK);
    }
    return redacted;
  }

  /**
   * A value that {@code Json.write} takes, without any secret in its texts: numbers, flags and the
   * words that are its keys stay, so that it remains what programs read.
   */
  public @Nullable Object redactJson(@Nullable Object json) {
    if (json instanceof String text) {
      return redact(text);
    }
    if (json instanceof List<?> list) {
      return list.stream().map(this::redactJson).toList();
    }
    if (json instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> redacted = new LinkedHashMap<>();
      map.forEach(
          (name, value) -> {
            String key = String.valueOf(name);
            boolean isWord = key.chars().allMatch(Character::isLetter);
            redacted.put(isWord ? key : redact(key), redactJson(value));
          });
      return redacted;
    }
    return json;
  }

  private static String strikeAlone(String text, String value) {
    StringBuilder out = new StringBuilder();
    int copied = 0;
    for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      int end = at + value.length();
      if (at >= copied && !isWord(text, at - 1) && !isWord(text, end)) {
        out.append(text, copied, at).append(STRUCK);
        copied = end;
      }
    }
    return copied == 0 ? text : out.append(text, copied, text.length()).toString();
  }

  private static boolean isWord(String text, int at) {
    return at >= 0
        && at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
  }
}
