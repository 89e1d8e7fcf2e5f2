package dev.sluice.operators.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which rows of a result a sink is given: new ones, changed ones, or all of them. */
public enum OutputMode {
  APPEND,
  UPDATE,
  COMPLETE;

  /** The mode of a word of the pipeline file, case ignored; empty if it is none. */
  public static Optional<OutputMode> find(String word) {
    return Arrays.stream(values()).filter(mode -> mode.name().equalsIgnoreCase(word)).findFirst();
  }

  /** The words of the pipeline file. */
  public static List<String> words() {
    return Arrays.stream(values()).map(OutputMode::toString).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
