package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.http.UrlSecrets;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JDBC address: what may stand in it, and what of it may be shown. */
public final class JdbcUrl {
  /** Where the address is the place of a file, or of nothing. */
  private static final Set<String> FILES = Set.of("sqlite", "h2", "derby", "duckdb", "hsqldb");

  private static final String HOST = "(?:\\[[0-9a-fA-F:.%]+]|[\\w.\\\\-]*)(?::\\d+(?::\\w+)?)?";

  /** Hosts and the name of a database: nothing in which a secret could stand. */
  private static final Pattern PLACE =
      Pattern.compile("(?://)?" + HOST + "(?:," + HOST + ")*(?:/[\\w.-]*)?");

  private static final Pattern BEGIN =
      Pattern.compile("(?:jdbc:)?[\\w+.-]+:(?:[\\w+.-]+:(?=//|@))?");

  private static final Pattern SECRET =
      Pattern.compile("passw|pwd|passphrase|secret|token", Pattern.CASE_INSENSITIVE);

  /** How often what is decoded is decoded again: no driver does so more than once. */
  private static final int DECODINGS = 3;

  private JdbcUrl() {}

  /** The name behind {@code jdbc:}, in small letters; empty if there is none. */
  static String database(String url) {
    String[] parts = url.split(":", 3);
    return parts.length > 1 ? parts[1].toLowerCase(Locale.ROOT) : "";
  }

  /**
   * The first parameter with which an address could make a driver run code, read files or load
   * classes, if there is one: an address often comes from outside the file (a variable, a secret).
   * Of the drivers that come along only what is known to be harmless may stand there, each as that
   * driver reads it; of any other what is known to be dangerous may not, however it is written.
   */
  public static Optional<String> danger(String url) {
    for (String parameter : plain(url).split("[?:;&,()]")) {
      String name = name(parameter);
      if (parameter.contains("=") && JdbcParameters.isDangerous(name)) {
        return Optional.of(name);
      }
    }
    String database = database(url);
    if (database.equals("sqlite") && url.contains(":resource:")) {
      return Optional.of(":resource:");
    }
    int mark = url.indexOf('?');
    for (String parameter : mark < 0 ? new String[0] : url.substring(mark + 1).split("&")) {
      String name = name(parameter);
      if (!name.isEmpty() && !JdbcParameters.isHarmless(database, name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private static String name(String parameter) {
    int equals = parameter.indexOf('=');
    return (equals < 0 ? parameter : parameter.substring(0, equals)).trim();
  }

  /** Without what drivers take away: percent signs with numbers, backslashes. */
  private static String plain(String url) {
    String text = url;
    for (int i = 0; i < DECODINGS; i++) {
      try {
        text = URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        // A percent sign that is one.
        break;
      }
    }
    return text.replace("\\", "");
  }

  /** The passwords in an address, as they stand there and as they are meant. */
  public static List<String> secrets(String url) {
    List<String> found = new ArrayList<>();
    String[] parts = url.split("[?;]", 2);
    for (String parameter : parts.length > 1 ? parts[1].split("[&;]") : new String[0]) {
      int equals = parameter.indexOf('=');
      if (equals > 0 && SECRET.matcher(parameter.substring(0, equals)).find()) {
        UrlSecrets.add(parameter.substring(equals + 1), found);
      }
    }
    Matcher begin = BEGIN.matcher(parts[0]);
    int from = begin.lookingAt() ? begin.end() : 0;
    int at = parts[0].lastIndexOf('@');
    if (at > from && !FILES.contains(database(url))) {
      // USER:PASSWORD@, or Oracle's USER/PASSWORD@.
      String user =
          parts[0]
              .substring(from, at)
              .replaceFirst(database(url).equals("oracle") ? "^\\w+:" : "^//", "");
      String[] words = user.split("[:/]", 2);
      if (words.length > 1) {
        UrlSecrets.add(words[1], found);
      }
    }
    return found;
  }

  /** Hosts and database; what is no such place is not shown. */
  public static String shown(String url) {
    String bare = url.split("[?;]", 2)[0];
    if (FILES.contains(database(url))) {
      return bare;
    }
    Matcher begin = BEGIN.matcher(bare);
    int from = begin.lookingAt() ? begin.end() : 0;
    String rest = bare.substring(from);
    int at = rest.lastIndexOf('@');
    String place = rest.substring(at + 1);
    if (!PLACE.matcher(place).matches()) {
      return bare.substring(0, from) + "...";
    }
    if (at < 0) {
      return bare;
    }
    return bare.substring(0, from) + (rest.startsWith("//") ? "//" : "@") + place;
  }
}
