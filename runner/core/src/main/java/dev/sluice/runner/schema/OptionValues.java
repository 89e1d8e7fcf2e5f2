package dev.sluice.runner.schema;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Durations;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks values of options beyond what the schema says, and words for all of them. */
public final class OptionValues {
  private OptionValues() {}

  /** Whether this text is a value of the option. */
  public static boolean fits(Option option, String value) {
    String text = value.trim();
    return switch (option.kind()) {
      case TEXT -> true;
      case LIST -> text.startsWith("[");
      case FLAG -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
      case CHOICE -> option.allowed().stream().anyMatch(text::equalsIgnoreCase);
      case CHARACTER -> value.codePointCount(0, value.length()) <= 1;
      case DURATION -> isDuration(text);
      case INTEGER, BYTES -> isLong(text) && isEnough(option, text);
      case NUMBER -> isEnough(option, text);
    };
  }

  private static boolean isDuration(String text) {
    try {
      return Durations.millis(text) >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isLong(String text) {
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isEnough(Option option, String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return option
          .minimum()
          .map(least -> number.compareTo(BigDecimal.valueOf(least)) >= 0)
          .orElse(true);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Reports a value that does not fit, if the schema has not. */
  public static void check(
      String kind, ComponentType type, Option option, Node.Text value, Problems problems) {
    check(kind + " '" + type.name() + "'", option, value, problems);
  }

  /** As above; {@code owner} says whose option it is. */
  public static void check(String owner, Option option, Node.Text value, Problems problems) {
    if (!fits(option, value.value())) {
      invalid(owner, option, value, problems);
    }
  }

  static void invalid(String owner, Option option, Node value, Problems problems) {
    String shown =
        option.secret()
            ? "the value given"
            : value instanceof Node.Text text && text.kind() != Node.Text.Kind.NULL
                ? "'" + text.value() + "'"
                : SchemaErrors.shown(value);
    problems.error(
        "invalid-option-value",
        value.at(),
        owner + ": the option '" + option.name() + "' must be " + wanted(option) + ", not " + shown,
        remedy(option, value));
  }

  private static @Nullable String remedy(Option option, Node value) {
    if (option.kind() == Option.Kind.CHOICE && value instanceof Node.Text text) {
      return Names.suggestion(text.value(), option.allowed());
    }
    if (option.kind() == Option.Kind.BYTES && value instanceof Node.Text text) {
      return bytes(text.value().trim());
    }
    return option.kind() == Option.Kind.DURATION ? "write it as '10 seconds', '100ms', '7d'" : null;
  }

  /** Bytes are written in full, as Spark wants them; {@code 10m} is counted out. */
  private static @Nullable String bytes(String text) {
    int digits = 0;
    while (digits < text.length() && digits < 6 && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    int power =
        switch (text.substring(digits).trim().toLowerCase(Locale.ROOT)) {
          case "k", "kb", "kib" -> 10;
          case "m", "mb", "mib" -> 20;
          case "g", "gb", "gib" -> 30;
          case "t", "tb", "tib" -> 40;
          default -> -1;
        };
    return digits == 0 || power < 0
        ? null
        : "write " + (Long.parseLong(text.substring(0, digits)) << power);
  }

  private static String wanted(Option option) {
    String least = option.minimum().map(m -> " of at least " + m).orElse("");
    return switch (option.kind()) {
      case TEXT -> "a text";
      case INTEGER -> "a whole number" + least;
      case BYTES -> "a number of bytes" + least;
      case NUMBER -> "a number" + least;
      case FLAG -> "true or false";
      case CHOICE -> "one of " + String.join(", ", option.allowed());
      case DURATION -> "a length of time";
      case CHARACTER -> "one character, or empty";
      case LIST -> "a list";
    };
  }
}
