package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.CivilDate;
import dev.sluice.operators.time.ZoneShift;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Parts of dates and times, one function each: {@code year}, {@code hour}, {@code dayname}. */
public final class FieldFunctions implements FunctionFamily {
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final String DAYS = "MonTueWedThuFriSatSun";

  @Override
  public List<String> names() {
    return List.of(
        "year",
        "quarter",
        "month",
        "weekofyear",
        "day",
        "dayofmonth",
        "dayofweek",
        "weekday",
        "dayofyear",
        "hour",
        "minute",
        "second",
        "monthname",
        "dayname");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "year" -> ofDate(name, DateField.YEAR, "The year.", "2016-07-30", "2016");
      case "quarter" ->
          ofDate(name, DateField.QUARTER, "The quarter of the year, 1 to 4.", "2016-08-31", "3");
      case "month" -> ofDate(name, DateField.MONTH, "The month, 1 to 12.", "2016-07-30", "7");
      case "weekofyear" ->
          ofDate(
              name,
              DateField.WEEK,
              "The week of ISO 8601: from Monday, week 1 has more than three days.",
              "2008-02-20",
              "8");
      case "day", "dayofmonth" ->
          ofDate("day", DateField.DAY, "The day of the month.", "2009-07-30", "30")
              .withAliases("dayofmonth");
      case "dayofweek" ->
          ofDate(
              name,
              DateField.DAYOFWEEK,
              "The day of the week, Sunday is 1 and Saturday 7.",
              "2009-07-30",
              "5");
      case "weekday" ->
          ofDate(
              name,
              DateField.WEEKDAY,
              "The day of the week, Monday is 0 and Sunday 6.",
              "2009-07-30",
              "3");
      case "dayofyear" ->
          ofDate(name, DateField.DOY, "The day of the year, from 1.", "2016-04-09", "100");
      case "hour" -> ofTime(name, DateField.HOUR, "The hour, 0 to 23.", "12");
      case "minute" -> ofTime(name, DateField.MINUTE, "The minute, 0 to 59.", "58");
      case "second" -> ofTime(name, DateField.SECOND, "The second, 0 to 59.", "59");
      case "monthname" ->
          named(name, "The name of the month in three letters.", "2008-02-20", "Feb", MONTHS);
      case "dayname" ->
          named(name, "The name of the day in three letters.", "2008-02-20", "Wed", DAYS);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static FunctionDoc doc(String usage, String description, String sql, String result) {
    return FunctionDoc.of("datetime_funcs", usage, description, example(sql, result));
  }

  private static NamedFunction ofDate(
      String name, DateField field, String description, String date, String result) {
    return NamedFunction.of(
        name,
        doc(name + "(date)", description, name + "('" + date + "')", result),
        call -> {
          call.requireCount(1, 1);
          return ofDate(call.name().toLowerCase(Locale.ROOT), field, TimeArguments.date(call, 0));
        });
  }

  static Expression ofDate(String name, DateField field, Expression date) {
    return new ScalarCall(
        name,
        List.of(date),
        AtomicType.INT,
        date.nullable(),
        false,
        (columns, rows, context) -> field.ofDates(columns.get(0), rows));
  }

  private static NamedFunction ofTime(
      String name, DateField field, String description, String result) {
    return NamedFunction.of(
        name,
        doc(name + "(timestamp)", description, name + "('2009-07-30 12:58:59')", result),
        call -> {
          call.requireCount(1, 1);
          return ofTime(name, field, call, 0);
        });
  }

  static Expression ofTime(String name, DateField field, FunctionCall call, int index) {
    if (call.argument(index).type() instanceof TimeType) {
      Expression time = call.argument(index);
      return new ScalarCall(
          name,
          List.of(time),
          field.type(),
          time.nullable(),
          false,
          (columns, rows, context) -> field.ofTimesOfDay(columns.get(0), rows));
    }
    Expression time = TimeArguments.anyTimestamp(call, index);
    ZoneShift zone = TimeArguments.zone(time.type(), call.session());
    return new ScalarCall(
        name,
        List.of(time),
        field.type(),
        time.nullable(),
        false,
        (columns, rows, context) -> field.ofTimestamps(columns.get(0), rows, zone));
  }

  private static NamedFunction named(
      String name, String description, String date, String result, String names) {
    byte[] letters = names.getBytes(StandardCharsets.US_ASCII);
    return NamedFunction.of(
        name,
        doc(name + "(date)", description, name + "('" + date + "')", result),
        call -> {
          call.requireCount(1, 1);
          Expression argument = TimeArguments.date(call, 0);
          return new ScalarCall(
              name,
              List.of(argument),
              AtomicType.STRING,
              argument.nullable(),
              false,
              (columns, rows, context) -> names(columns.get(0), rows, letters));
        });
  }

  private static Column names(Column dates, int rows, byte[] letters) {
    boolean months = letters.length == MONTHS.length();
    IntColumn in = TimeArguments.ints(dates);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.appendNull();
      } else {
        int index =
            months
                ? CivilDate.month(CivilDate.decode(in.get(i))) - 1
                : CivilDate.weekday(in.get(i));
        out.append(letters, 3 * index, 3);
      }
    }
    return out.build();
  }
}
