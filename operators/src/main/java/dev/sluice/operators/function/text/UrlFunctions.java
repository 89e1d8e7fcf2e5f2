package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.ScalarCall;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code parse_url} and {@code try_parse_url}. */
public final class UrlFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("parse_url", "try_parse_url");
  }

  @Override
  public Function function(String name) {
    boolean tolerant = name.equals("try_parse_url");
    return Declared.function(
        "url_funcs",
        name,
        name + "(url, part[, key])",
        "HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO of a URL, or one parameter"
            + " of its query"
            + (tolerant ? "; null for a malformed URL." : "."),
        name + "('http://example.org/path?query=1', 'QUERY', 'query')",
        "1",
        call -> bind(call, tolerant));
  }

  private static Expression bind(FunctionCall call, boolean tolerant) {
    call.requireCount(2, 3);
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      arguments.add(call.exactly(i, AtomicType.STRING));
    }
    return new ScalarCall(
        call.name(),
        arguments,
        AtomicType.STRING,
        true,
        !tolerant,
        (columns, rows, context) -> {
          List<BytesColumn> texts = new ArrayList<>();
          for (int i = 0; i < columns.size(); i++) {
            texts.add(Texts.bytes(columns, i));
          }
          Keys keys = new Keys();
          return Texts.make(texts, rows, row -> part(texts, row, keys, tolerant));
        });
  }

  private static @Nullable String part(
      List<BytesColumn> texts, int row, Keys keys, boolean tolerant) {
    URI url;
    try {
      url = new URI(texts.get(0).string(row));
    } catch (URISyntaxException e) {
      if (tolerant) {
        return null;
      }
      throw new EvaluationException(
          "INVALID_URL",
          "'" + texts.get(0).string(row) + "' is no URL; try_parse_url gives NULL instead",
          row);
    }
    String name = texts.get(1).string(row);
    if (texts.size() == 3) {
      String query = name.equals("QUERY") ? url.getRawQuery() : null;
      return query == null ? null : keys.value(query, texts.get(2).string(row));
    }
    return switch (name) {
      case "HOST" -> url.getHost();
      case "PATH" -> url.getRawPath();
      case "QUERY" -> url.getRawQuery();
      case "REF" -> url.getRawFragment();
      case "PROTOCOL" -> url.getScheme();
      case "FILE" ->
          url.getRawQuery() == null ? url.getRawPath() : url.getRawPath() + "?" + url.getRawQuery();
      case "AUTHORITY" -> url.getRawAuthority();
      case "USERINFO" -> url.getRawUserInfo();
      default -> null;
    };
  }

  /** Parameters of queries; the key is part of a regular expression, as in Spark. */
  private static final class Keys {
    private @Nullable String last;
    private @Nullable Pattern pattern;

    @Nullable String value(String query, String key) {
      Pattern compiled = pattern;
      if (compiled == null || !key.equals(last)) {
        compiled = Pattern.compile("(&|^)" + key + "=([^&]*)");
        pattern = compiled;
        last = key;
      }
      Matcher matcher = compiled.matcher(query);
      return matcher.find() ? matcher.group(2) : null;
    }
  }
}
