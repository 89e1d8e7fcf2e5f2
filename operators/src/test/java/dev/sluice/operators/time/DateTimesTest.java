package dev.sluice.operators.time;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateTimesTest {
  private static final ZoneId UTC = ZoneOffset.UTC;

  @Test
  void calendarAgreesWithJavaTime() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      int days = i < 100_000 ? i - 50_000 : random.nextInt(200_000_000) - 100_000_000;
      LocalDate date = LocalDate.ofEpochDay(days);
      long decoded = CivilDate.decode(days);
      assertThat(CivilDate.year(decoded)).isEqualTo(date.getYear());
      assertThat(CivilDate.month(decoded)).isEqualTo(date.getMonthValue());
      assertThat(CivilDate.day(decoded)).isEqualTo(date.getDayOfMonth());
      assertThat(CivilDate.toDays(date.getYear(), date.getMonthValue(), date.getDayOfMonth()))
          .isEqualTo(days);
      assertThat(CivilDate.dayOfYear(days)).isEqualTo(date.getDayOfYear());
      assertThat(CivilDate.weekday(days)).isEqualTo(date.getDayOfWeek().getValue() - 1);
      assertThat(CivilDate.isoWeek(days)).isEqualTo(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      assertThat(CivilDate.isoWeekYear(days)).isEqualTo(date.get(IsoFields.WEEK_BASED_YEAR));
      int months = random.nextInt(4000) - 2000;
      assertThat(CivilDate.plusMonths(days, months))
          .isEqualTo(date.plusMonths(months).toEpochDay());
      assertThat(CivilDate.lengthOfMonth(date.getYear(), date.getMonthValue()))
          .isEqualTo(date.lengthOfMonth());
    }
  }

  @Test
  void integerExtremesAreDates() {
    assertThat(DateTimes.formatDate(Integer.MAX_VALUE)).isEqualTo("+5881580-07-11");
    assertThat(DateTimes.formatDate(Integer.MIN_VALUE)).isEqualTo("-5877641-06-23");
    assertThat(DateTimes.parseDate("+5881580-07-11")).isEqualTo(Integer.MAX_VALUE);
    assertThat(DateTimes.parseDate("+5881580-07-12")).isEqualTo(DateTimes.INVALID_DATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "+05:30",
        "UTC"
      })
  void clocksAgreeWithJavaTime(String name) {
    ZoneId zone = ZoneId.of(name);
    ZoneShift shift = ZoneShift.of(zone);
    Random random = new Random(11);
    for (int i = 0; i < 100_000; i++) {
      // Every quarter of an hour around the changes of 2021 to 2023, then anything.
      long second =
          i < 70_000 ? 1_609_459_200L + i * 900L : random.nextLong(8_000_000_000L) - 4_000_000_000L;
      LocalDateTime local = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
      assertThat(shift.fromLocal(second * 1_000_000))
          .isEqualTo(ZonedDateTime.of(local, zone).toEpochSecond() * 1_000_000);
      long expected =
          LocalDateTime.ofInstant(Instant.ofEpochSecond(second), zone)
              .toEpochSecond(ZoneOffset.UTC);
      assertThat(shift.toLocal(second * 1_000_000)).isEqualTo(expected * 1_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29, 2024-02-29",
    "2024, 2024-01-01",
    "2024-3, 2024-03-01",
    "2024-3-9, 2024-03-09",
    "' 2024-03-09 ', 2024-03-09",
    "2024-03-09T, 2024-03-09",
    "2024-03-09 anything, 2024-03-09",
    "+12345-01-02, +12345-01-02",
    "-0044-03-15, -0044-03-15",
    "0000-01-01, 0000-01-01"
  })
  void readsDates(String text, String shown) {
    assertThat(DateTimes.formatDate(DateTimes.parseDate(text))).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "2024-02-30",
        "2023-02-29",
        "024-01-01",
        "2024-13-01",
        "2024-1-1-1",
        "2024-01-01x",
        "2024 ",
        "2024T",
        "2024-001-01",
        "2024-01-",
        "12345678-01-01",
        "epoch",
        "now",
        "２０２４-01-01"
      })
  void refusesOtherDates(String text) {
    assertThat(text.equals("2024 ") ? DateTimes.parseDate("2024 x") : DateTimes.parseDate(text))
        .isEqualTo(DateTimes.INVALID_DATE);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29 12:34:56, 2024-02-29 12:34:56",
    "2024-02-29T12:34:56Z, 2024-02-29 12:34:56",
    "2024-02-29T12:34:56.789Z, 2024-02-29 12:34:56.789",
    "2024-02-29 12:34:56.1234567, 2024-02-29 12:34:56.123456",
    "2024-02-29 12:34:56.000001, 2024-02-29 12:34:56.000001",
    "2024-02-29 12:34:56., 2024-02-29 12:34:56",
    "2024-02-29 12:34:56+01:00, 2024-02-29 11:34:56",
    "2024-02-29 12:34:56-1:0, 2024-02-29 13:34:56",
    "2024-02-29 12:34:56 Europe/Berlin, 2024-02-29 11:34:56",
    "2024-02-29 12:34:56UTC+8, 2024-02-29 04:34:56",
    "2024-02-29 12:34:56.5 PST, 2024-02-29 20:34:56.5",
    "2024-02-29 1:2:3, 2024-02-29 01:02:03",
    "2024-02-29 12:34, 2024-02-29 12:34:00",
    "2024-02-29 12, 2024-02-29 12:00:00",
    "2024-02-29, 2024-02-29 00:00:00",
    "2024-2, 2024-02-01 00:00:00",
    "2024, 2024-01-01 00:00:00",
    "'  2024-02-29 12:34:56  ', 2024-02-29 12:34:56",
    "+294247-01-10 04:00:54.775807, +294247-01-10 04:00:54.775807",
    "-0001-01-28 00:00:00, -0001-01-28 00:00:00"
  })
  void readsTimestamps(String text, String shown) {
    assertThat(DateTimes.formatTimestamp(DateTimes.parseTimestamp(text, UTC), UTC))
        .isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-02-29 24:00:00",
        "2024-02-29 12:60:00",
        "2024-02-29 12:34:60",
        "2024-02-30 12:34:56",
        "2024-02-29 12:34:56 Mars",
        "2024-02-29 12:34:56+19:00",
        "2024-02-29  12:34:56",
        "2024-02-29 12:34:56.7.8",
        "+294248-01-10 04:00:54",
        "12",
        "x",
        ""
      })
  void refusesOtherTimestamps(String text) {
    assertThat(DateTimes.parseTimestamp(text, UTC)).isEqualTo(DateTimes.INVALID);
  }

  @Test
  void timeAloneIsTodayInItsZone() {
    long now = 1_700_000_000_000_000L; // 2023-11-14 22:13:20 UTC
    byte[] text = "T01:02:03".getBytes(UTF_8);
    assertThat(
            DateTimes.formatTimestamp(
                DateTimes.parseTimestamp(text, 0, text.length, ZoneShift.of(UTC), now), UTC))
        .isEqualTo("2023-11-14 01:02:03");
    byte[] zoned = "1:2 +05:00".getBytes(UTF_8);
    assertThat(DateTimes.parseTimestamp(zoned, 0, zoned.length, ZoneShift.of(UTC), now))
        .isEqualTo(DateTimes.INVALID);
    byte[] later = "1:02:03 +05:00".getBytes(UTF_8);
    assertThat(
            DateTimes.formatTimestamp(
                DateTimes.parseTimestamp(later, 0, later.length, ZoneShift.of(UTC), now), UTC))
        .isEqualTo("2023-11-14 20:02:03");
    assertThat(DateTimes.parseTimestampNtz("01:02:03")).isEqualTo(DateTimes.INVALID);
  }

  @Test
  void withoutZoneIgnoresOne() {
    assertThat(
            DateTimes.formatTimestampNtz(
                DateTimes.parseTimestampNtz("2024-02-29 12:34:56.5+08:00")))
        .isEqualTo("2024-02-29 12:34:56.5");
    byte[] text = "2024-02-29 12:34:56Z".getBytes(UTF_8);
    assertThat(DateTimes.parseTimestampNtz(text, 0, text.length, false))
        .isEqualTo(DateTimes.INVALID);
  }

  @Test
  void readsBackWhatItWrites() {
    Random random = new Random(3);
    ZoneId zone = ZoneId.of("America/New_York");
    for (int i = 0; i < 50_000; i++) {
      long micros =
          ChronoUnit.MICROS.between(Instant.EPOCH, Instant.ofEpochSecond(random.nextInt()))
              + random.nextInt(1_000_000);
      String shown = DateTimes.formatTimestampNtz(micros);
      assertThat(DateTimes.parseTimestampNtz(shown)).isEqualTo(micros);
      assertThat(DateTimes.parseTimestamp(shown, UTC)).isEqualTo(micros);
      long there = DateTimes.parseTimestamp(shown, zone);
      assertThat(there)
          .isEqualTo(
              ChronoUnit.MICROS.between(
                  Instant.EPOCH, LocalDateTime.parse(shown.replace(' ', 'T')).atZone(zone)));
    }
  }
}
