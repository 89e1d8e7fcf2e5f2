package dev.sluice.connectors.bytes;

import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimePatternException;
import dev.sluice.operators.time.Zones;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Options that the text formats have in common, and what they mean. */
public final class TextOptions {
  public static final Option MODE =
      Option.choice(
              "mode",
              List.of("PERMISSIVE", "DROPMALFORMED", "FAILFAST"),
              "What becomes of a record that does not fit the schema: bad fields null, the record"
                  + " left out, or a failure")
          .orElse("PERMISSIVE");
  public static final Option CORRUPT =
      Option.text(
              "columnNameOfCorruptRecord",
              "The string column of the schema that takes a malformed record as it stood")
          .orElse("_corrupt_record");
  public static final Option ENCODING =
      Option.text("encoding", "The character encoding").orElse("UTF-8").alias("charset");
  public static final Option LINE_SEPARATOR =
      Option.text("lineSep", "What ends a line; reading, any of \\n, \\r and \\r\\n unless given");
  public static final Option DATE_FORMAT =
      Option.text("dateFormat", "The pattern of dates; unless given yyyy-MM-dd");
  public static final Option TIMESTAMP_FORMAT =
      Option.text(
          "timestampFormat",
          "The pattern of timestamps; unless given yyyy-MM-dd'T'HH:mm:ss[.SSS][XXXXX]");
  public static final Option TIMESTAMP_NTZ_FORMAT =
      Option.text(
          "timestampNTZFormat",
          "The pattern of timestamps without time zone; unless given"
              + " yyyy-MM-dd'T'HH:mm:ss[.SSS]");
  public static final Option FALLBACK =
      Option.flag(
          "enableDateTimeParsingFallback",
          true,
          "Whether a date or timestamp that does not fit its pattern is read like a cast; by default"
              + " only where no pattern is given");
  public static final Option LOCALE =
      Option.text("locale", "The language of month and day names, as a language tag")
          .orElse("en-US");
  public static final Option TIME_ZONE =
      Option.text("timeZone", "The time zone of timestamps that name none; else the session's");
  public static final Option COMPRESSION =
      Option.choice(
              "compression",
              Arrays.stream(Compression.values()).map(Compression::word).toList(),
              "How the files are compressed")
          .orElse("none")
          .alias("codec");

  private TextOptions() {}

  /** Problems with the values of the options above. */
  public static void check(Options options, Problems problems) {
    options
        .find("encoding")
        .ifPresent(
            name -> {
              try {
                Charset.forName(name);
              } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                problems.error(
                    "invalid-option-value",
                    options.at("encoding"),
                    "'" + name + "' is no known character encoding",
                    "name one of the JDK's, such as 'UTF-8', 'ISO-8859-1' or 'UTF-16LE'");
              }
            });
    options
        .find("timeZone")
        .ifPresent(
            name -> {
              try {
                Zones.of(name);
              } catch (DateTimeException e) {
                problems.error(
                    "invalid-option-value",
                    options.at("timeZone"),
                    "'" + name + "' is no time zone",
                    "name a region such as 'Europe/Paris' or an offset such as '+02:00'");
              }
            });
    for (String name : List.of("dateFormat", "timestampFormat", "timestampNTZFormat")) {
      options
          .find(name)
          .ifPresent(
              pattern -> {
                try {
                  DateTimePattern.compile(pattern, ZoneOffset.UTC, locale(options));
                } catch (DateTimePatternException e) {
                  problems.error(
                      "invalid-option-value",
                      options.at(name),
                      "'" + name + "' cannot be used: " + e.getMessage(),
                      "write a pattern such as 'yyyy-MM-dd HH:mm:ss'");
                }
              });
    }
    if (options.find("lineSep").map(String::isEmpty).orElse(false)) {
      problems.error(
          "invalid-option-value",
          options.at("lineSep"),
          "'lineSep' is empty",
          "leave it out for the usual line ends");
    }
  }

  public static Charset encoding(Options options) {
    return options.find("encoding").map(Charset::forName).orElse(StandardCharsets.UTF_8);
  }

  public static Locale locale(Options options) {
    return Locale.forLanguageTag(options.text("locale"));
  }

  public static ZoneId zone(Options options, Session session) {
    return options.find("timeZone").map(name -> Zones.of(name)).orElse(session.timeZone());
  }

  /** The patterns for reading. */
  public static TimeFormats timeFormats(Options options, Session session) {
    Optional<String> date = options.find("dateFormat");
    Optional<String> timestamp = options.find("timestampFormat");
    boolean given = options.isGiven("enableDateTimeParsingFallback");
    boolean fallback = options.flag("enableDateTimeParsingFallback");
    return new TimeFormats(
        date,
        timestamp,
        options.find("timestampNTZFormat"),
        given ? fallback : date.isEmpty(),
        given ? fallback : timestamp.isEmpty(),
        zone(options, session),
        locale(options));
  }

  /** The patterns for writing. */
  public static TimeFormats writeFormats(Options options, Session session) {
    return new TimeFormats(
        options.find("dateFormat"),
        options.find("timestampFormat"),
        options.find("timestampNTZFormat"),
        false,
        false,
        zone(options, session),
        locale(options));
  }
}
