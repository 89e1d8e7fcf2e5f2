package dev.sluice.runner.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;

/**
 * Writes CSV files of shop events, always the same for the same arguments: {@code DIR FILES
 * ROWS_PER_FILE USERS}. Each file has its own seed. Modification times are a second apart, in file
 * order.
 */
final class GenerateEvents {
  private static final String[] COUNTRIES = {
    "US", "DE", "FR", "GB", "IN", "BR", "JP", "CN", "ES", "IT", "NL", "PL", "SE", "NO", "FI", "DK",
    "CA", "MX", "AU", "NZ", "KR", "ZA", "TR", "AR", "CL", "PT", "BE", "AT", "CH", "CZ"
  };
  private static final String[] DEVICES = {
    "iphone", "ipad", "android-phone", "android-tablet", "windows", "macos", "linux", "chromebook",
        "smart-tv", "xbox",
    "playstation", "switch", "roku", "firetv", "kindle", "watch", "echo", "kiosk", "car", "other"
  };
  private static final String[] WORDS = {
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango"
  };
  private static final long DAY_MILLIS = 86_400_000L;

  private GenerateEvents() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int files = Integer.parseInt(args[1]);
    int rows = Integer.parseInt(args[2]);
    int users = Integer.parseInt(args[3]);
    Files.createDirectories(folder);
    long start = LocalDateTime.of(2026, 1, 1, 0, 30).toInstant(ZoneOffset.UTC).toEpochMilli();
    double step = (double) DAY_MILLIS / ((long) files * rows);
    for (int file = 0; file < files; file++) {
      Path path = folder.resolve(String.format("part-%05d.csv", file));
      write(path, file, rows, users, start, step);
      Files.setLastModifiedTime(path, FileTime.fromMillis(start + file * 1000L));
    }
  }

  private static void write(Path path, int file, int rows, int users, long start, double step)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1_000_003L * (file + 1));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)) {
      out.write(
          "event_time,user_id,country,device,page,amount,note\n".getBytes(StandardCharsets.UTF_8));
      StringBuilder line = new StringBuilder(160);
      for (int row = 0; row < rows; row++) {
        line.setLength(0);
        long time = start + (long) (((long) file * rows + row) * step) - random.nextInt(60_000);
        // One in a thousand comes 15 to 25 minutes late.
        if (random.nextInt(1000) == 0) {
          time -= 900_000L + random.nextInt(600_000);
        }
        appendTime(line, time);
        line.append(',').append(random.nextInt(users) + 1);
        line.append(',')
            .append(random.nextInt(4) == 0 ? "US" : COUNTRIES[random.nextInt(COUNTRIES.length)]);
        line.append(',').append(DEVICES[random.nextInt(DEVICES.length)]);
        int page = random.nextInt(5000);
        line.append(",/shop/cat").append(page % 50).append("/item").append(page).append(',');
        appendAmount(line, random);
        line.append(',');
        appendNote(line, random);
        line.append('\n');
        out.write(line.toString().getBytes(StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static void appendTime(StringBuilder line, long millis) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1000L), 0, ZoneOffset.UTC);
    line.append(time.toLocalDate()).append('T');
    digits(line, time.getHour(), 2).append(':');
    digits(line, time.getMinute(), 2).append(':');
    digits(line, time.getSecond(), 2).append('.');
    digits(line, (int) Math.floorMod(millis, 1000L), 3);
  }

  private static StringBuilder digits(StringBuilder line, int number, int width) {
    for (int unit = width == 3 ? 100 : 10; unit > 0; unit /= 10) {
      line.append((char) ('0' + number / unit % 10));
    }
    return line;
  }

  /** Exponential with mean 40; 2 % are missing. */
  private static void appendAmount(StringBuilder line, SplittableRandom random) {
    if (random.nextInt(50) != 0) {
      int cents = (int) Math.min(9_999_999, -Math.log(1 - random.nextDouble()) * 4000);
      line.append(cents / 100).append('.');
      digits(line, cents % 100, 2);
    }
  }

  /** 5 % are missing, 10 % quoted with a comma, 1 % with a doubled quote. */
  private static void appendNote(StringBuilder line, SplittableRandom random) {
    int kind = random.nextInt(20);
    if (kind == 0) {
      return;
    }
    int from = line.length();
    boolean quoted = kind <= 2;
    line.append(quoted ? "\"" : "").append(WORDS[random.nextInt(WORDS.length)]);
    line.append(!quoted ? " " : random.nextInt(10) == 0 ? ", \"\"x\"\" " : ", ");
    while (line.length() - from < 26) {
      line.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    line.append(random.nextInt(100)).append(quoted ? "\"" : "");
  }
}
