package dev.sluice.operators.time;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The plain patterns (numbers of fixed width, literals, the short names of months and days in
 * English, offsets, optional sections) as a list of steps on bytes. It reads a subset of what the
 * formatter of {@link PatternRules} reads, with the same result: what it does not take, the
 * formatter must judge. What it writes is the same.
 */
final class PatternProgram {
  /** The text, or the value, is not for this program. */
  static final int NOT_TAKEN = -1;

  private static final int YEAR = 0;
  private static final int MONTH = 1;
  private static final int DAY = 2;
  private static final int HOUR = 3;
  private static final int MINUTE = 4;
  private static final int SECOND = 5;
  private static final int FRACTION = 6;
  private static final int MONTH_NAME = 7;
  private static final int DAY_NAME = 8;
  private static final int LITERAL = 9;
  private static final int OFFSET = 10;
  private static final int OPEN = 11;
  private static final int CLOSE = 12;

  // Offsets: whether Z stands for none, whether a colon divides.
  private static final int WITH_Z = 1;
  private static final int COLON = 2;

  private static final byte[] MONTHS =
      "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DAYS = "MonTueWedThuFriSatSun".getBytes(StandardCharsets.US_ASCII);

  private final int[] steps;
  private final int[] operands;
  private final boolean hasOffset;
  private final boolean readable;
  // Where each field up to seconds stands, -1 for nowhere, if all texts have one length.
  private final int[] places = {-1, -1, -1, -1, -1, -1};
  private final int fixedLength;

  private PatternProgram(int[] steps, int[] operands, boolean hasOffset, boolean readable) {
    this.steps = steps;
    this.operands = operands;
    this.hasOffset = hasOffset;
    this.readable = readable;
    int at = 0;
    for (int step : steps) {
      if (step <= SECOND && at >= 0) {
        places[step] = at;
        at += step == YEAR ? 4 : 2;
      } else {
        at = step == LITERAL && at >= 0 ? at + 1 : -1;
      }
    }
    this.fixedLength = readable ? at : -1;
  }

  /** Where reading has got to, and the fields read: made once a column. */
  static final class Fields {
    final int[] values = new int[7];
    boolean offsetSeen;
    int offsetSeconds;

    private final int[] saved = new int[7];

    void reset() {
      values[YEAR] = 1970;
      values[MONTH] = 1;
      values[DAY] = 1;
      Arrays.fill(values, HOUR, FRACTION + 1, 0);
      offsetSeen = false;
      offsetSeconds = 0;
    }

    /** Days since 1970, or {@link DateTimes#INVALID}. */
    long days() {
      return CivilDate.isValid(values[YEAR], values[MONTH], values[DAY])
          ? CivilDate.toDays(values[YEAR], values[MONTH], values[DAY])
          : DateTimes.INVALID;
    }

    /** Microseconds since midnight, or {@link DateTimes#INVALID}. */
    long time() {
      return DateTimes.microsOfDay(values[HOUR], values[MINUTE], values[SECOND], values[FRACTION]);
    }
  }

  /** True if reading may find an offset, or writing wants one. */
  boolean hasOffset() {
    return hasOffset;
  }

  /** The program of a pattern that {@link PatternRules} allows, or null if it is not plain. */
  static @Nullable PatternProgram compile(String pattern, Locale locale) {
    int[] steps = new int[pattern.length()];
    int[] operands = new int[pattern.length()];
    int count = 0;
    int depth = 0;
    boolean offset = false;
    boolean english = locale.equals(Locale.US) || locale.equals(Locale.ENGLISH);
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      int end = i + 1;
      int step;
      int operand = 0;
      if (c == '\'') {
        // One quoted character, or two quotes for one: longer texts are rare.
        end = pattern.indexOf('\'', i + 1) + 1;
        boolean quote = end == i + 2;
        char text = quote ? '\'' : pattern.charAt(Math.min(i + 1, pattern.length() - 1));
        boolean escaped = end > 0 && end < pattern.length() && pattern.charAt(end) == '\'';
        if ((!quote && end != i + 3) || escaped || text > '~' || text < ' ' || isDigit(text)) {
          return null;
        }
        step = LITERAL;
        operand = text;
      } else if (c == '[' || c == ']') {
        step = c == '[' ? OPEN : CLOSE;
        depth += c == '[' ? 1 : -1;
        // Sections do not nest here, so that one saved position is enough.
        if (depth < 0 || depth > 1) {
          return null;
        }
      } else if (isLetter(c)) {
        while (end < pattern.length() && pattern.charAt(end) == c) {
          end++;
        }
        step = letter(c, end - i, english);
        if (step == NOT_TAKEN) {
          return null;
        }
        operand = step == OFFSET ? offsetForm(c, end - i) : end - i;
        offset |= step == OFFSET;
      } else if (c > '~' || c < ' ' || c == '#' || c == '{' || c == '}' || isDigit(c)) {
        return null;
      } else {
        step = LITERAL;
        operand = c;
      }
      steps[count] = step;
      operands[count++] = operand;
      i = end;
    }
    if (depth != 0) {
      return null;
    }
    int[] kept = Arrays.copyOf(steps, count);
    return new PatternProgram(kept, Arrays.copyOf(operands, count), offset, isReadable(kept));
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int letter(char c, int run, boolean english) {
    boolean two = run == 2;
    return switch (c) {
      case 'y' -> run == 4 ? YEAR : NOT_TAKEN;
      case 'M' -> two ? MONTH : run == 3 && english ? MONTH_NAME : NOT_TAKEN;
      case 'd' -> two ? DAY : NOT_TAKEN;
      case 'H' -> two ? HOUR : NOT_TAKEN;
      case 'm' -> two ? MINUTE : NOT_TAKEN;
      case 's' -> two ? SECOND : NOT_TAKEN;
      case 'S' -> run <= 9 ? FRACTION : NOT_TAKEN;
      case 'E' -> run <= 3 && english ? DAY_NAME : NOT_TAKEN;
      case 'X', 'x' -> run == 2 || run == 3 || run == 5 ? OFFSET : NOT_TAKEN;
      case 'Z' -> run <= 3 ? OFFSET : NOT_TAKEN;
      default -> NOT_TAKEN;
    };
  }

  private static int offsetForm(char c, int run) {
    return (c == 'X' ? WITH_Z : 0) | (c != 'Z' && run != 2 ? COLON : 0);
  }

  /**
   * A year takes as many digits as follow it: reading four of them is right only where something
   * else than a digit must follow the numbers that it runs into. A field read twice must agree with
   * itself, and names of days with the date: not here.
   */
  private static boolean isReadable(int[] steps) {
    int seen = 0;
    for (int i = 0; i < steps.length; i++) {
      int step = steps[i];
      if (step == DAY_NAME) {
        return false;
      }
      int field = step == MONTH_NAME ? MONTH : step;
      if (field <= FRACTION || field == OFFSET) {
        if ((seen & 1 << field) != 0) {
          return false;
        }
        seen |= 1 << field;
      }
      if (step == YEAR) {
        int next = i + 1;
        while (next < steps.length && steps[next] >= MONTH && steps[next] <= SECOND) {
          next++;
        }
        while (next < steps.length && (steps[next] == OPEN || steps[next] == CLOSE)) {
          next++;
        }
        if (next < steps.length && steps[next] != LITERAL && steps[next] != OFFSET) {
          return false;
        }
      }
    }
    return true;
  }

  /** Reads all of the bytes into the fields; false if this program cannot tell. */
  boolean read(byte[] data, int start, int length, Fields fields) {
    if (!readable) {
      return false;
    }
    fields.reset();
    if (length == fixedLength) {
      return readFixed(data, start, fields);
    }
    int end = start + length;
    int at = start;
    int savedAt = NOT_TAKEN;
    for (int i = 0; i < steps.length; i++) {
      int step = steps[i];
      if (step == OPEN) {
        savedAt = at;
        System.arraycopy(fields.values, 0, fields.saved, 0, fields.saved.length);
      } else if (step == CLOSE) {
        savedAt = NOT_TAKEN;
      } else {
        int next = readStep(step, operands[i], data, at, end, fields);
        if (next != NOT_TAKEN) {
          at = next;
        } else if (savedAt == NOT_TAKEN) {
          return false;
        } else {
          at = savedAt;
          System.arraycopy(fields.saved, 0, fields.values, 0, fields.saved.length);
          if (fields.offsetSeen) {
            return false;
          }
          while (steps[i] != CLOSE) {
            i++;
          }
          savedAt = NOT_TAKEN;
        }
      }
    }
    return at == end;
  }

  private boolean readFixed(byte[] data, int start, Fields fields) {
    int bad = 0;
    int at = start;
    for (int i = 0; i < steps.length; i++) {
      if (steps[i] == LITERAL) {
        bad |= data[at++] ^ operands[i];
      } else {
        at += steps[i] == YEAR ? 4 : 2;
      }
    }
    if (places[YEAR] >= 0) {
      int high = two(data, start + places[YEAR]);
      int low = two(data, start + places[YEAR] + 2);
      fields.values[YEAR] = high * 100 + low;
      bad |= high >> 31 | low >> 31;
    }
    for (int field = MONTH; field <= SECOND; field++) {
      if (places[field] >= 0) {
        int value = two(data, start + places[field]);
        fields.values[field] = value;
        bad |= value >> 31;
      }
    }
    return bad == 0;
  }

  private static int readStep(int step, int operand, byte[] data, int at, int end, Fields fields) {
    switch (step) {
      case YEAR:
        if (end - at < 4) {
          return NOT_TAKEN;
        }
        int high = two(data, at);
        int low = two(data, at + 2);
        fields.values[YEAR] = high * 100 + low;
        return (high | low) < 0 ? NOT_TAKEN : at + 4;
      case MONTH, DAY, HOUR, MINUTE, SECOND:
        if (end - at < 2) {
          return NOT_TAKEN;
        }
        int value = two(data, at);
        fields.values[step] = value;
        return value < 0 ? NOT_TAKEN : at + 2;
      case FRACTION:
        return readFraction(operand, data, at, end, fields);
      case MONTH_NAME:
        return readMonth(data, at, end, fields);
      case LITERAL:
        return at < end && data[at] == operand ? at + 1 : NOT_TAKEN;
      case OFFSET:
        return readOffset(operand, data, at, end, fields);
      default:
        return NOT_TAKEN;
    }
  }

  /** The number of two digits, negative if they are none. */
  private static int two(byte[] data, int at) {
    int tens = data[at] - '0';
    int ones = data[at + 1] - '0';
    return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? -1 : tens * 10 + ones;
  }

  private static int readFraction(int mostDigits, byte[] data, int start, int end, Fields fields) {
    int at = start;
    int unit = 100_000;
    int micros = 0;
    while (at < end && at - start < mostDigits && data[at] >= '0' && data[at] <= '9') {
      micros += (data[at] - '0') * unit;
      unit /= 10;
      at++;
    }
    fields.values[FRACTION] = micros;
    return at == start ? NOT_TAKEN : at;
  }

  private static int readMonth(byte[] data, int at, int end, Fields fields) {
    if (end - at < 3) {
      return NOT_TAKEN;
    }
    for (int month = 0; month < 12; month++) {
      if (data[at] == MONTHS[3 * month]
          && data[at + 1] == MONTHS[3 * month + 1]
          && data[at + 2] == MONTHS[3 * month + 2]) {
        fields.values[MONTH] = month + 1;
        return at + 3;
      }
    }
    return NOT_TAKEN;
  }

  private static int readOffset(int form, byte[] data, int at, int end, Fields fields) {
    if (at == end) {
      return NOT_TAKEN;
    }
    byte sign = data[at];
    if (sign == 'Z') {
      fields.offsetSeen = (form & WITH_Z) != 0;
      return fields.offsetSeen ? at + 1 : NOT_TAKEN;
    }
    int colon = (form & COLON) != 0 ? 1 : 0;
    if ((sign != '+' && sign != '-') || end - at != 5 + colon) {
      return NOT_TAKEN;
    }
    int hours = two(data, at + 1);
    int minutes = two(data, at + 3 + colon);
    if (hours < 0
        || hours > 17
        || minutes < 0
        || minutes > 59
        || (colon == 1 && data[at + 3] != ':')) {
      return NOT_TAKEN;
    }
    int seconds = hours * 3600 + minutes * 60;
    fields.offsetSeen = true;
    fields.offsetSeconds = sign == '-' ? -seconds : seconds;
    return at + 5 + colon;
  }

  /**
   * Writes a wall-clock time and its offset; gives where it ends, or {@link #NOT_TAKEN}. At most 9
   * bytes a letter of the pattern are written.
   */
  int write(long local, int offsetSeconds, byte[] out, int start) {
    long days = Math.floorDiv(local, DateTimes.MICROS_PER_DAY);
    long time = local - days * DateTimes.MICROS_PER_DAY;
    long date = CivilDate.decode(days);
    int year = CivilDate.year(date);
    int seconds = (int) (time / DateTimes.MICROS_PER_SECOND);
    if (year < 0 || year > 9999 || (hasOffset && offsetSeconds % 60 != 0)) {
      return NOT_TAKEN;
    }
    int at = start;
    for (int i = 0; i < steps.length; i++) {
      switch (steps[i]) {
        case YEAR -> {
          DateTimes.putTwo(year / 100, out, at);
          DateTimes.putTwo(year % 100, out, at + 2);
          at += 4;
        }
        case MONTH -> at = writeTwo(CivilDate.month(date), out, at);
        case DAY -> at = writeTwo(CivilDate.day(date), out, at);
        case HOUR -> at = writeTwo(seconds / 3600, out, at);
        case MINUTE -> at = writeTwo(seconds / 60 % 60, out, at);
        case SECOND -> at = writeTwo(seconds % 60, out, at);
        case FRACTION ->
            at = writeFraction((int) (time % DateTimes.MICROS_PER_SECOND), operands[i], out, at);
        case MONTH_NAME -> {
          System.arraycopy(MONTHS, 3 * (CivilDate.month(date) - 1), out, at, 3);
          at += 3;
        }
        case DAY_NAME -> {
          System.arraycopy(DAYS, 3 * CivilDate.weekday(days), out, at, 3);
          at += 3;
        }
        case LITERAL -> out[at++] = (byte) operands[i];
        case OFFSET -> at = writeOffset(offsetSeconds, operands[i], out, at);
        default -> {
          // An optional section is always written.
        }
      }
    }
    return at;
  }

  private static int writeTwo(int value, byte[] out, int at) {
    DateTimes.putTwo(value, out, at);
    return at + 2;
  }

  private static int writeFraction(int micros, int digits, byte[] out, int start) {
    int rest = micros;
    int unit = 100_000;
    for (int i = 0; i < digits; i++) {
      int digit = unit == 0 ? 0 : rest / unit;
      out[start + i] = (byte) ('0' + digit);
      rest -= digit * unit;
      unit /= 10;
    }
    return start + digits;
  }

  private static int writeOffset(int offsetSeconds, int form, byte[] out, int start) {
    if (offsetSeconds == 0 && (form & WITH_Z) != 0) {
      out[start] = 'Z';
      return start + 1;
    }
    int minutes = Math.abs(offsetSeconds) / 60;
    out[start] = (byte) (offsetSeconds < 0 ? '-' : '+');
    int at = writeTwo(minutes / 60, out, start + 1);
    if ((form & COLON) != 0) {
      out[at++] = ':';
    }
    return writeTwo(minutes % 60, out, at);
  }
}
