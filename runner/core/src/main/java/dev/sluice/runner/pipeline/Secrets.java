package dev.sluice.runner.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Values that must appear in no log, error or page, and the pen that strikes them out. */
public final class Secrets {
  private static final String STRUCK = "***";

  /** What stands before a secret in the header of a request. */
  private static final List<String> SCHEMES = List.of("Bearer ", "Basic ", "Token ");

  private final List<String> values = new ArrayList<>();

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

  /** From now on this value is struck out; of {@code Bearer x}, and the like, {@code x} too. */
  public synchronized void add(String value) {
    strike(value);
    for (String scheme : SCHEMES) {
      if (value.regionMatches(true, 0, scheme, 0, scheme.length())) {
        strike(value.substring(scheme.length()).strip());
      }
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
      redacted = redacted.replace(value, STRUCK);
    }
    return redacted;
  }
}
