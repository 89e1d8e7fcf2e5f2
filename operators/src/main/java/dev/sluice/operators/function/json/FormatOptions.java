package dev.sluice.operators.function.json;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimePatternException;
import dev.sluice.operators.time.Zones;
import java.text.SimpleDateFormat;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The options that a call gives as {@code map('name', 'value')}: names without regard to case. */
public record FormatOptions(Map<String, String> values, Session session) {
  // A character that is none.
  private static final String NEVER = "'\uFFFF'";

  /** The options at an argument, none if there is no such argument. */
  public static FormatOptions of(FunctionCall call, int argument) {
    Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (argument >= call.count()) {
      return new FormatOptions(values, call.session());
    }
    if (!(call.argument(argument).type() instanceof MapType type)
        || !call.argument(argument).foldable()) {
      throw call.error(
          "INVALID_OPTIONS.NON_MAP_FUNCTION",
          argument,
          "the options of '" + call.name() + "' must be given as map('name', 'value')",
          null);
    }
    if (type.key() != AtomicType.STRING || type.value() != AtomicType.STRING) {
      throw call.error(
          "INVALID_OPTIONS.NON_STRING_TYPE",
          argument,
          "the names and values of the options of '"
              + call.name()
              + "' must be strings, and this is "
              + type.sql(),
          "put values in quotes");
    }
    if (call.constant(argument) instanceof List<?> entries) {
      for (Object entry : entries) {
        Map.Entry<?, ?> pair = (Map.Entry<?, ?>) entry;
        values.put(String.valueOf(pair.getKey()), String.valueOf(pair.getValue()));
      }
    }
    return new FormatOptions(values, call.session());
  }

  public boolean flag(String name, boolean otherwise) {
    String value = values.get(name);
    return value == null ? otherwise : Boolean.parseBoolean(value.trim());
  }

  public String text(String name, String otherwise) {
    String value = values.get(name);
    return value == null ? otherwise : value;
  }

  /** The first character of an option, none of an empty text. */
  char character(String name, char otherwise) {
    return find(name).map(text -> text.isEmpty() ? '\0' : text.charAt(0)).orElse(otherwise);
  }

  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public Locale locale() {
    return find("locale").map(Locale::forLanguageTag).orElse(Locale.US);
  }

  public ZoneId zone() {
    return find("timeZone").map(Zones::of).orElse(session.timeZone());
  }

  /** PERMISSIVE or FAILFAST: a function cannot leave a row out. */
  public ParseMode mode(FunctionCall call, int argument) {
    String word = text("mode", "PERMISSIVE");
    try {
      ParseMode mode = ParseMode.of(word);
      if (mode != ParseMode.DROPMALFORMED) {
        return mode;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for the mode that only a source can have.
    }
    throw call.error(
        "PARSE_MODE_UNSUPPORTED",
        argument,
        "'" + call.name() + "' has no mode '" + word + "'",
        "use PERMISSIVE or FAILFAST");
  }

  /**
   * A format that is given is strict; without one a text is read as a cast reads it. By a format
   * that is none, nothing can be read: Spark finds out with each value, and takes it for malformed.
   */
  public TimeFormats timeFormats() {
    Optional<String> date = find("dateFormat").map(this::readable);
    Optional<String> timestamp = find("timestampFormat").map(this::readable);
    boolean fallback = flag("enableDateTimeParsingFallback", false);
    return new TimeFormats(
        date,
        timestamp,
        find("timestampNTZFormat").map(this::readable),
        fallback || date.isEmpty(),
        fallback || timestamp.isEmpty(),
        zone(),
        locale());
  }

  /**
   * The pattern, or one that fits no text if it is none. A pattern that Spark 2 knew stays, and is
   * refused where it is used.
   */
  private String readable(String pattern) {
    try {
      DateTimePattern.compileForParsing(pattern, zone(), locale());
      return pattern;
    } catch (DateTimePatternException e) {
      try {
        new SimpleDateFormat(pattern, locale());
        return pattern;
      } catch (IllegalArgumentException unknown) {
        return NEVER;
      }
    }
  }

  /** The formats to write by; without one, those of the sinks. */
  public TimeFormats writtenTimeFormats() {
    return new TimeFormats(
        find("dateFormat"),
        find("timestampFormat"),
        find("timestampNTZFormat"),
        false,
        false,
        zone(),
        locale());
  }
}
