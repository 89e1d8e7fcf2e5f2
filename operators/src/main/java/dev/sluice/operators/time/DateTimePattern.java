package dev.sluice.operators.time;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.operators.data.BytesBuilder;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times by a pattern of letters, as Spark's documentation of datetime patterns has it.
 * Plain patterns run on bytes; java.time does the rest. Immutable and thread-safe; make it once a
 * query.
 *
 * <p>Reading takes the whole text. Fields that the pattern lacks are those of 1970-01-01 00:00:00.
 */
public final class DateTimePattern {
  /** What a text that does not fit gives. */
  public static final long INVALID = DateTimes.INVALID;

  /** What a text that is no date gives. */
  public static final int INVALID_DATE = DateTimes.INVALID_DATE;

  private static final int BYTES_PER_LETTER = 9;

  private final String pattern;
  private final ZoneShift zone;
  private final Locale locale;
  private final @Nullable PatternProgram program;
  // Made on first use; racing threads make equal ones.
  private volatile @Nullable DateTimeFormatter reader;
  private volatile @Nullable DateTimeFormatter writer;

  private DateTimePattern(
      String pattern, ZoneShift zone, Locale locale, @Nullable PatternProgram program) {
    this.pattern = pattern;
    this.zone = zone;
    this.locale = locale;
    this.program = program;
  }

  /**
   * A pattern to write with; it may also be read with, unless it has letters that can only be
   * written. The zone is that of timestamps whose text names none. Throws {@link
   * DateTimePatternException} for a pattern that Spark refuses.
   */
  public static DateTimePattern compile(String pattern, ZoneId zone, Locale locale) {
    return compile(pattern, zone, locale, false);
  }

  /** A pattern to read with: as {@link #compile}, and refuses letters that cannot be read. */
  public static DateTimePattern compileForParsing(String pattern, ZoneId zone, Locale locale) {
    return compile(pattern, zone, locale, true);
  }

  private static DateTimePattern compile(
      String pattern, ZoneId zone, Locale locale, boolean parsing) {
    PatternProgram program = PatternProgram.compile(pattern, locale);
    DateTimePattern compiled = new DateTimePattern(pattern, ZoneShift.of(zone), locale, program);
    boolean known = program != null && !(parsing && pattern.indexOf('E') >= 0);
    if (!known) {
      // Only to fail early.
      if (parsing) {
        compiled.reader();
      } else {
        compiled.writer();
      }
    }
    return compiled;
  }

  public String pattern() {
    return pattern;
  }

  /** Microseconds since 1970 UTC; {@link #INVALID} for a text that does not fit. */
  public long parseTimestamp(byte[] data, int start, int length) {
    return parser().parseTimestamp(data, start, length);
  }

  /** Microseconds of the wall clock; an offset in the text must be one, and is ignored. */
  public long parseTimestampNtz(byte[] data, int start, int length) {
    return parser().parseTimestampNtz(data, start, length);
  }

  /** Days since 1970; {@link #INVALID_DATE} for a text that does not fit. */
  public int parseDate(byte[] data, int start, int length) {
    return parser().parseDate(data, start, length);
  }

  /** For many texts: as the methods of the same names, with less garbage. */
  public Parser parser() {
    return new Parser(this);
  }

  /** For many values: as {@link #format(long, BytesBuilder)}, with less garbage. */
  public Formatter formatter() {
    return new Formatter(this);
  }

  /** Reads one text after the other. Single-threaded. */
  public static final class Parser {
    private final DateTimePattern pattern;
    private final PatternProgram.Fields fields = new PatternProgram.Fields();

    private Parser(DateTimePattern pattern) {
      this.pattern = pattern;
    }

    /** As {@link DateTimePattern#parseTimestamp}. */
    public long parseTimestamp(byte[] data, int start, int length) {
      return pattern.parse(data, start, length, fields, true);
    }

    /** As {@link DateTimePattern#parseTimestampNtz}. */
    public long parseTimestampNtz(byte[] data, int start, int length) {
      return pattern.parse(data, start, length, fields, false);
    }

    /** As {@link DateTimePattern#parseDate}. */
    public int parseDate(byte[] data, int start, int length) {
      return pattern.parseDate(data, start, length, fields);
    }
  }

  private int parseDate(byte[] data, int start, int length, PatternProgram.Fields fields) {
    if (program != null && program.read(data, start, length, fields)) {
      long days = fields.time() == INVALID ? INVALID : fields.days();
      return days == INVALID ? INVALID_DATE : (int) days;
    }
    TemporalAccessor parsed = parseSlowly(data, start, length);
    if (parsed == null) {
      return INVALID_DATE;
    }
    try {
      return Math.toIntExact(date(parsed).toEpochDay());
    } catch (DateTimeException | ArithmeticException e) {
      return INVALID_DATE;
    }
  }

  private long parse(
      byte[] data, int start, int length, PatternProgram.Fields fields, boolean zoned) {
    if (program != null && program.read(data, start, length, fields)) {
      long days = fields.days();
      long time = fields.time();
      if (days == INVALID || time == INVALID) {
        return INVALID;
      }
      long local = days * DateTimes.MICROS_PER_DAY + time;
      if (!zoned) {
        return local;
      }
      return fields.offsetSeen
          ? local - fields.offsetSeconds * DateTimes.MICROS_PER_SECOND
          : zone.fromLocal(local);
    }
    TemporalAccessor parsed = parseSlowly(data, start, length);
    if (parsed == null) {
      return INVALID;
    }
    try {
      LocalTime time = time(parsed);
      long local =
          Math.addExact(
              Math.multiplyExact(date(parsed).toEpochDay(), DateTimes.MICROS_PER_DAY),
              time.toNanoOfDay() / 1000);
      ZoneId named = zoned ? parsed.query(TemporalQueries.zone()) : ZoneOffset.UTC;
      return (named == null ? zone : ZoneShift.of(named)).fromLocal(local);
    } catch (DateTimeException | ArithmeticException e) {
      return INVALID;
    }
  }

  private @Nullable TemporalAccessor parseSlowly(byte[] data, int start, int length) {
    String text = new String(data, start, length, UTF_8);
    DateTimeFormatter formatter = reader();
    ParsePosition position = new ParsePosition(0);
    // Tells most misfits without the cost of an exception.
    if (formatter.parseUnresolved(text, position) == null || position.getIndex() < text.length()) {
      return null;
    }
    try {
      return formatter.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Why a text does not fit, in words for people; slow. */
  public String explain(String text) {
    try {
      TemporalAccessor parsed = reader().parse(text);
      date(parsed);
      time(parsed);
      return "'" + text + "' is out of range";
    } catch (DateTimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static LocalDate date(TemporalAccessor parsed) {
    LocalDate whole = parsed.query(TemporalQueries.localDate());
    if (whole != null) {
      return whole;
    }
    int year = field(parsed, ChronoField.YEAR, 1970);
    if (!parsed.isSupported(ChronoField.DAY_OF_YEAR)) {
      return LocalDate.of(
          year,
          field(parsed, ChronoField.MONTH_OF_YEAR, 1),
          field(parsed, ChronoField.DAY_OF_MONTH, 1));
    }
    LocalDate date = LocalDate.ofYearDay(year, parsed.get(ChronoField.DAY_OF_YEAR));
    if (field(parsed, ChronoField.MONTH_OF_YEAR, date.getMonthValue()) != date.getMonthValue()
        || field(parsed, ChronoField.DAY_OF_MONTH, date.getDayOfMonth()) != date.getDayOfMonth()) {
      throw new DateTimeException("the fields contradict each other: they also mean " + date);
    }
    return date;
  }

  private static LocalTime time(TemporalAccessor parsed) {
    LocalTime whole = parsed.query(TemporalQueries.localTime());
    if (whole != null) {
      return whole;
    }
    boolean afternoon = field(parsed, ChronoField.AMPM_OF_DAY, 0) == 1;
    int hour =
        field(
            parsed,
            ChronoField.HOUR_OF_DAY,
            field(parsed, ChronoField.HOUR_OF_AMPM, afternoon ? 12 : 0));
    return LocalTime.of(
        hour,
        field(parsed, ChronoField.MINUTE_OF_HOUR, 0),
        field(parsed, ChronoField.SECOND_OF_MINUTE, 0),
        field(parsed, ChronoField.NANO_OF_SECOND, 0));
  }

  private static int field(TemporalAccessor parsed, ChronoField field, int missing) {
    return parsed.isSupported(field) ? parsed.get(field) : missing;
  }

  /** Appends the text of a timestamp, on the wall clock of the zone. */
  public void format(long micros, BytesBuilder out) {
    formatter().format(micros, out);
  }

  /** Writes one value after the other into one buffer. Single-threaded. */
  public static final class Formatter {
    private final DateTimePattern pattern;
    private final byte[] buffer;

    private Formatter(DateTimePattern pattern) {
      this.pattern = pattern;
      this.buffer = new byte[pattern.pattern.length() * BYTES_PER_LETTER];
    }

    /** As {@link DateTimePattern#format(long, BytesBuilder)}. */
    public void format(long micros, BytesBuilder out) {
      PatternProgram fast = pattern.program;
      int end =
          fast == null ? PatternProgram.NOT_TAKEN : pattern.writeFast(fast, micros, buffer, 0);
      if (end == PatternProgram.NOT_TAKEN) {
        out.append(pattern.formatSlowly(micros));
      } else {
        out.append(buffer, 0, end);
      }
    }
  }

  private int writeFast(PatternProgram fast, long micros, byte[] out, int at) {
    int offset = zone.offsetSeconds(Math.floorDiv(micros, DateTimes.MICROS_PER_SECOND));
    return fast.write(micros + offset * DateTimes.MICROS_PER_SECOND, offset, out, at);
  }

  private String formatSlowly(long micros) {
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, DateTimes.MICROS_PER_SECOND),
            Math.floorMod(micros, DateTimes.MICROS_PER_SECOND) * 1000);
    ZoneId named = zone.zone().equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : zone.zone();
    return writer().format(instant.atZone(named));
  }

  /** The text of a timestamp, on the wall clock of the zone. */
  public String format(long micros) {
    byte[] out = new byte[pattern.length() * BYTES_PER_LETTER];
    int end = program == null ? PatternProgram.NOT_TAKEN : writeFast(program, micros, out, 0);
    return end == PatternProgram.NOT_TAKEN ? formatSlowly(micros) : new String(out, 0, end, UTF_8);
  }

  /**
   * The text of a time without zone. Throws DateTimeException if the pattern asks for a zone
   * outside of an optional section.
   */
  public String formatNtz(long micros) {
    if (program != null && !program.hasOffset()) {
      byte[] out = new byte[pattern.length() * BYTES_PER_LETTER];
      int end = program.write(micros, 0, out, 0);
      if (end != PatternProgram.NOT_TAKEN) {
        return new String(out, 0, end, UTF_8);
      }
    }
    return writer()
        .format(
            LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, DateTimes.MICROS_PER_SECOND),
                (int) Math.floorMod(micros, DateTimes.MICROS_PER_SECOND) * 1000,
                ZoneOffset.UTC));
  }

  /** As {@link #formatNtz(long)}, into a builder. */
  public void formatNtz(long micros, BytesBuilder out) {
    out.append(formatNtz(micros));
  }

  /** The text of a date. Throws DateTimeException if the pattern asks for a time. */
  public String formatDate(int days) {
    return writer().format(LocalDate.ofEpochDay(days));
  }

  /** As {@link #formatDate(int)}, into a builder. */
  public void formatDate(int days, BytesBuilder out) {
    if (pattern.equals("yyyy-MM-dd")) {
      byte[] text = new byte[DateTimes.MAX_LENGTH];
      out.append(text, 0, DateTimes.formatDate(days, text, 0));
    } else {
      out.append(formatDate(days));
    }
  }

  private DateTimeFormatter reader() {
    DateTimeFormatter made = reader;
    if (made == null) {
      made = PatternRules.formatter(pattern, locale, true);
      reader = made;
    }
    return made;
  }

  private DateTimeFormatter writer() {
    DateTimeFormatter made = writer;
    if (made == null) {
      made = PatternRules.formatter(pattern, locale, false);
      writer = made;
    }
    return made;
  }
}
