package dev.sluice.operators.time;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateTimePatternTest {
  private static final ZoneId UTC = ZoneOffset.UTC;

  private static DateTimePattern reading(String pattern) {
    return DateTimePattern.compileForParsing(pattern, UTC, Locale.US);
  }

  private static long parse(DateTimePattern pattern, String text) {
    byte[] bytes = ("ab" + text + "99").getBytes(UTF_8);
    return pattern.parseTimestamp(bytes, 2, bytes.length - 4);
  }

  @ParameterizedTest
  @CsvSource({
    "1, y, 0001-01-01 00:00:00",
    "009999, y, 9999-01-01 00:00:00",
    "001, yyy, 0001-01-01 00:00:00",
    "09999, yyyyy, 9999-01-01 00:00:00",
    "000001, yyyyyy, 0001-01-01 00:00:00",
    "20, yy, 2020-01-01 00:00:00",
    "2020-12, yyyy-MM, 2020-12-01 00:00:00",
    "09, DD, 1970-01-09 00:00:00",
    "12-365, MM-DDD, 1970-12-31 00:00:00",
    "2020-365, yyyy-DDD, 2020-12-30 00:00:00",
    "12-31-365, MM-dd-DDD, 1970-12-31 00:00:00",
    "16, dd, 1970-01-16 00:00:00",
    "2019 40, yyyy mm, 2019-01-01 00:40:00",
    "PM, a, 1970-01-01 12:00:00",
    "03, hh, 1970-01-01 03:00:00",
    "03 PM, hh a, 1970-01-01 15:00:00",
    "10:59, HH:ss, 1970-01-01 10:00:59",
    "2019-10-06 10:11:12.1, yyyy-MM-dd HH:mm:ss.SSSSSS[zzz], 2019-10-06 10:11:12.1",
    "2019-10-06 10:11:12.12345CST, yyyy-MM-dd HH:mm:ss.SSSSSS[zzz], 2019-10-06 15:11:12.12345",
    "2019-10-06 10:11:12.1234, yyyy-MM-dd HH:mm:ss.[SSSSSS], 2019-10-06 10:11:12.1234",
    "2019-10-06 10:11:12, yyyy-MM-dd HH:mm:ss[.SSSSSS], 2019-10-06 10:11:12",
    "2019-10-06 10:11, yyyy-MM-dd HH:mm[:ss.SSSSSS], 2019-10-06 10:11:00",
    "20240229, yyyyMMdd, 2024-02-29 00:00:00",
    "20240229123456, yyyyMMddHHmmss, 2024-02-29 12:34:56",
    "07/Mar/2024:16:10:02 -0800, dd/MMM/yyyy:HH:mm:ss Z, 2024-03-08 00:10:02",
    "2024-02-29T12:34:56.789+01:00, yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX], 2024-02-29 11:34:56.789",
    "2024-02-29T12:34:56Z, yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX], 2024-02-29 12:34:56",
    "2024-02-29T12:34:56, yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX], 2024-02-29 12:34:56"
  })
  void readsWhatSparkReads(String text, String pattern, String shown) {
    assertThat(DateTimes.formatTimestampNtz(parse(reading(pattern), text))).isEqualTo(shown);
  }

  @Test
  void readsQuotes() {
    assertThat(shown("12.12342019-10-06S10:11", "ss.SSSSyyyy-MM-dd'S'HH:mm"))
        .isEqualTo("2019-10-06 10:11:12.1234");
    assertThat(shown("2019-10-06T10:11:12'12", "yyyy-MM-dd'T'HH:mm:ss''SSSS"))
        .isEqualTo("2019-10-06 10:11:12.12");
    assertThat(shown("2019-10-06T10:11:12'", "yyyy-MM-dd'T'HH:mm:ss''"))
        .isEqualTo("2019-10-06 10:11:12");
    assertThat(shown("'2019-10-06T10:11:12", "''yyyy-MM-dd'T'HH:mm:ss"))
        .isEqualTo("2019-10-06 10:11:12");
    assertThat(shown("at 2019", "'at 'yyyy")).isEqualTo("2019-01-01 00:00:00");
  }

  private static String shown(String text, String pattern) {
    return DateTimes.formatTimestampNtz(parse(reading(pattern), text));
  }

  @ParameterizedTest
  @CsvSource({
    "294248, y",
    "9, DDD",
    "9, DD",
    "1, yy",
    "1, yyy",
    "123, yy",
    "11-365, MM-DDD",
    "2020-01-365, yyyy-dd-DDD",
    "2020-10-350, yyyy-MM-DDD",
    "02-29, MM-dd",
    "2020-01-27T20:06:11.847, yyyy-MM-dd HH:mm:ss.SSS",
    "Unparseable, yyyy-MM-dd HH:mm:ss.SSS",
    "2019-10-06 10:11:12.1234567PST, yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]",
    "2024-02-29 24:00, yyyy-MM-dd HH:mm",
    "12024-02-29, yyyy-MM-dd",
    "2024-2-29, yyyy-MM-dd",
    "2024-02-29x, yyyy-MM-dd"
  })
  void refusesWhatSparkRefuses(String text, String pattern) {
    DateTimePattern reading = reading(pattern);
    assertThat(parse(reading, text)).isEqualTo(DateTimePattern.INVALID);
    assertThat(reading.explain(text)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hhh, INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    "SSSSSSSSSS, INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    "ZZZZZZ, INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    "yyyyyyy, INVALID_DATETIME_PATTERN.LENGTH",
    "qqqqq, INVALID_DATETIME_PATTERN.LENGTH",
    "V, INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
    "C, INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
    "N, INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
    "Y, INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
    "yyyy-e, INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN"
  })
  void refusesPatternsByName(String pattern, String errorClass) {
    assertThatThrownBy(() -> DateTimePattern.compile(pattern, UTC, Locale.US))
        .isInstanceOfSatisfying(
            DateTimePatternException.class, e -> assertThat(e.errorClass()).isEqualTo(errorClass));
  }

  @Test
  void namesOfDaysAreNotRead() {
    assertThatThrownBy(() -> reading("EEE yyyy"))
        .isInstanceOfSatisfying(
            DateTimePatternException.class,
            e ->
                assertThat(e.errorClass()).isEqualTo("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"));
    assertThat(DateTimePattern.compile("EEE yyyy", UTC, Locale.US).format(0L))
        .isEqualTo("Thu 1970");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]",
        "yyyy-MM-dd HH:mm:ss.SSSSSS",
        "dd/MMM/yyyy:HH:mm:ss Z",
        "yyyyMMddHHmmss",
        "[HH:mm]yyyy",
        "yyyy[MM]",
        "HHmmss[SSS]",
        "EEE, dd MMM yyyy XX",
        "MM/dd/yyyy xxx",
        "yyyyMMddHHmmssSSS",
        "HH:mm:ss''SS"
      })
  void shortCutsAgreeWithTheLongWay(String pattern) {
    PatternProgram program = PatternProgram.compile(pattern, Locale.US);
    assertThat(program).as(pattern).isNotNull();
    DateTimeFormatter writer = PatternRules.formatter(pattern, Locale.US, false);
    DateTimeFormatter reader =
        pattern.contains("E") ? null : PatternRules.formatter(pattern, Locale.US, true);
    Random random = new Random(5);
    byte[] out = new byte[pattern.length() * 9];
    PatternProgram.Fields fields = new PatternProgram.Fields();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      long micros = random.nextLong(100_000_000_000_000_000L) - 20_000_000_000_000_000L;
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(17 * 60) * 60 * (i % 3 - 1));
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
      ZonedDateTime time = instant.atZone(offset);
      int end =
          program.write(
              micros + offset.getTotalSeconds() * 1_000_000L, offset.getTotalSeconds(), out, 0);
      String text = writer.format(time);
      assertThat(new String(out, 0, end, UTF_8)).isEqualTo(text);
      if (reader == null) {
        continue;
      }
      StringBuilder damaged = new StringBuilder(text);
      if (i % 2 == 1) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.deleteCharAt(at);
          case 1 -> damaged.insert(at, "0+:. Z5-".charAt(random.nextInt(8)));
          default -> damaged.setCharAt(at, "0+:. Z59-".charAt(random.nextInt(9)));
        }
      }
      byte[] bytes = damaged.toString().getBytes(UTF_8);
      if (program.read(bytes, 0, bytes.length, fields)) {
        read++;
        DateTimePattern slow = DateTimePattern.compileForParsing(slow(pattern), UTC, Locale.US);
        DateTimePattern fast = reading(pattern);
        assertThat(fast.parseTimestamp(bytes, 0, bytes.length))
            .as(damaged.toString())
            .isEqualTo(slow.parseTimestamp(bytes, 0, bytes.length));
        assertThat(fast.parseDate(bytes, 0, bytes.length))
            .as(damaged.toString())
            .isEqualTo(slow.parseDate(bytes, 0, bytes.length));
        assertThat(fast.parseTimestampNtz(bytes, 0, bytes.length))
            .as(damaged.toString())
            .isEqualTo(slow.parseTimestampNtz(bytes, 0, bytes.length));
      }
    }
    if (reader != null && !pattern.equals("yyyy[MM]") && !pattern.endsWith("ssSSS")) {
      assertThat(read).isGreaterThan(5_000);
    }
  }

  /** The same pattern in a form that has no short cut: nested empty sections mean nothing. */
  private static String slow(String pattern) {
    String slow = pattern + "[[]]";
    assertThat(PatternProgram.compile(slow, Locale.US)).isNull();
    return slow;
  }

  @ParameterizedTest
  @CsvSource({
    "y, 2018",
    "yyyyyy, 002018",
    "G, AD",
    "MMMM, November",
    "LLL, Nov",
    "D, 321",
    "EEEE, Saturday",
    "h a, 1 PM",
    "K, 1",
    "k, 13",
    "QQQ, Q4",
    "VV, UTC",
    "z, UTC",
    "XXX, Z",
    "xxx, +00:00",
    "O, GMT",
    "F, 3"
  })
  void writesEveryLetter(String pattern, String shown) {
    long micros = DateTimes.parseTimestamp("2018-11-17 13:33:33.333", UTC);
    assertThat(DateTimePattern.compile(pattern, UTC, Locale.US).format(micros)).isEqualTo(shown);
  }

  @Test
  void withoutZoneLeavesOutWhatNeedsOne() {
    long micros = DateTimes.parseTimestampNtz("2018-11-17 13:33:33.333");
    DateTimePattern optional =
        DateTimePattern.compile("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", UTC, Locale.US);
    assertThat(optional.formatNtz(micros)).isEqualTo("2018-11-17T13:33:33.333");
    assertThat(optional.format(micros)).isEqualTo("2018-11-17T13:33:33.333Z");
    assertThatThrownBy(() -> DateTimePattern.compile("yyyy XXX", UTC, Locale.US).formatNtz(micros))
        .isInstanceOf(DateTimeException.class);
    assertThat(DateTimePattern.compile("dd.MM.yyyy", UTC, Locale.US).formatDate(0))
        .isEqualTo("01.01.1970");
  }
}
