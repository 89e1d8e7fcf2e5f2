package dev.sluice.runner.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Values that must appear in no log, error or page, and the pen that strikes them out. */
public final class Secrets {
  private static final String STRUCK = "***";

  private final List<String> values = new ArrayList<>();

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
