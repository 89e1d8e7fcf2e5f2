package dev.sluice.connectors.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What in a web address lets in whoever knows it: keys in the query, tokens in the path. */
public final class UrlSecrets {
  private static final Pattern NAME =
      Pattern.compile(
          "key|passw|pwd|secret|token|auth|credential|^(sig|signature|code|pass)$",
          Pattern.CASE_INSENSITIVE);

  /** Long enough to be guessed by nobody, and no word of a language. */
  private static final Pattern TOKEN = Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z]).{16,}");

  private UrlSecrets() {}

  /** As they stand in the address, and as they are meant; none if it is no address. */
  static List<String> of(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    if (uri.getRawQuery() != null) {
      for (String parameter : uri.getRawQuery().split("&")) {
        int equals = parameter.indexOf('=');
        String value = parameter.substring(equals + 1);
        if (equals > 0 && NAME.matcher(parameter.substring(0, equals)).find()
            || TOKEN.matcher(value).matches()) {
          add(value, found);
        }
      }
    }
    if (uri.getRawPath() != null) {
      for (String segment : uri.getRawPath().split("/")) {
        if (TOKEN.matcher(segment).matches()) {
          add(segment, found);
        }
      }
    }
    if (uri.getRawUserInfo() != null) {
      add(uri.getRawUserInfo().replaceFirst("^[^:]*:", ""), found);
    }
    return found;
  }

  /** Adds a secret as it stands in an address, and as it is meant, if that is another text. */
  public static void add(String raw, List<String> found) {
    found.add(raw);
    try {
      String meant = URLDecoder.decode(raw, StandardCharsets.UTF_8);
      if (!meant.equals(raw)) {
        found.add(meant);
      }
    } catch (IllegalArgumentException e) {
      // A percent sign that is one.
    }
  }
}
