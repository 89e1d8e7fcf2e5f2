package dev.sluice.runner.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Values that must appear in no log, error or page, and the pen that strikes them out. */
public final class Secrets {
  private static final String STRUCK = "***";

  private final List<String> values = new ArrayList<>();

  /** True for names by which Spark, too, knows what must not be shown. */
  static boolean isSecret(String name) {
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
        || lower.contains("api_key");
  }

  /** From now on this value is struck out. */
  public synchronized void add(String value) {
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
