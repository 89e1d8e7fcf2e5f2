package dev.sluice.operators.time;

import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Names of time zones as Spark takes them: region ids, offsets such as {@code +01:00}, {@code
 * +1:00}, {@code UTC+8}, {@code Z}, and the old three-letter names of the JDK.
 */
public final class Zones {
  private static volatile @Nullable Last last;

  private record Last(String name, ZoneId zone) {}

  private Zones() {}

  /** The zone; throws DateTimeException for a name that means none. */
  public static ZoneId of(String name) {
    Last known = last;
    if (known != null && known.name.equals(name)) {
      return known.zone;
    }
    ZoneId zone = ZoneId.of(withTwoDigits(name), ZoneId.SHORT_IDS);
    last = new Last(name, zone);
    return zone;
  }

  /** As {@link #of}, null for a name that means no zone. */
  public static @Nullable ZoneId find(String name) {
    try {
      return of(name);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Makes {@code +01:00} out of {@code +1:00}, and {@code +01:05} out of {@code +01:5}. */
  private static String withTwoDigits(String name) {
    String padded = name;
    for (int i = 0; i + 2 < padded.length(); i++) {
      if (isSign(padded.charAt(i)) && isDigit(padded, i + 1) && padded.charAt(i + 2) == ':') {
        padded = padded.substring(0, i + 1) + '0' + padded.substring(i + 1);
        break;
      }
    }
    int end = padded.length();
    if (end >= 5
        && isDigit(padded, end - 1)
        && padded.charAt(end - 2) == ':'
        && isDigit(padded, end - 3)
        && isDigit(padded, end - 4)
        && isSign(padded.charAt(end - 5))) {
      padded = padded.substring(0, end - 1) + '0' + padded.substring(end - 1);
    }
    return padded;
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }

  private static boolean isDigit(String text, int at) {
    char c = text.charAt(at);
    return c >= '0' && c <= '9';
  }
}
