package dev.sluice.connectors.http;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code http}: rows as JSON in POST requests. */
public final class HttpSinkType implements SinkType, ConnectionCheck {
  private static final String HEADER = "header.";
  private static final List<Option> OPTIONS =
      List.of(
          Option.text("url", "Where requests go: http://... or https://...").mandatory(),
          Option.choice("method", List.of("POST", "PUT"), "The method of the requests")
              .orElse("POST"),
          Option.choice(
                  "body",
                  List.of("lines", "array"),
                  "Rows as JSON, one a line (application/x-ndjson), or as one array")
              .orElse("lines"),
          Option.integer("rowsPerRequest", "The most rows of a request").orElse("1000").atLeast(1),
          Option.duration("timeout", "How long a request may take").orElse("30s"),
          Option.integer("retries", "How often a request that failed for a time is sent again")
              .orElse("8")
              .atLeast(0),
          Option.duration("retryWait", "The wait before the first retry; doubled for each next one")
              .orElse("500ms"),
          Option.text(
              "caCertificates",
              "A PEM file with the authorities whose servers are trusted, instead of Java's own"));

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String summary() {
    return "Sends rows to a server, as JSON in POST requests";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public List<String> passThroughPrefixes() {
    return List.of(HEADER);
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.APPEND, OutputMode.UPDATE);
  }

  /** The address may change: a server moves, and a token in it is renewed. */
  @Override
  public boolean tellsPlace(Option option) {
    return false;
  }

  @Override
  public List<String> secretsIn(Option option, String value) {
    return option.name().equals("url") ? UrlSecrets.of(value) : List.of();
  }

  @Override
  public void check(Options options, Problems problems) {
    String url = options.find("url").orElse("");
    if (!url.isEmpty() && !isUsable(url)) {
      problems.error(
          "invalid-option-value",
          options.at("url"),
          "the address is none of a server, or holds a user",
          "write https://host/path; credentials go into 'header.Authorization'");
    }
    options.givenValues().forEach((name, value) -> checkHeader(name, value, options, problems));
  }

  private static void checkHeader(String name, String value, Options options, Problems problems) {
    if (!name.startsWith(HEADER)) {
      return;
    }
    String header = name.substring(HEADER.length());
    if (header.equalsIgnoreCase(HttpSender.KEY)) {
      problems.error(
          "invalid-option-value",
          options.at(name),
          "the header '" + header + "' says which rows a request holds",
          "leave it out: it is made for each request");
    } else if (!isHeader(header, "x")) {
      problems.error(
          "invalid-option-value",
          options.at(name),
          "the header '" + header + "' cannot be given",
          "leave it out: it is no name of a header, or is made with each connection");
    } else if (!isHeader(header, value)) {
      problems.error(
          "invalid-option-value",
          options.at(name),
          "the header '" + header + "' has a character that no header may have",
          "take out line breaks and what cannot be seen");
    }
  }

  /** Whether the JDK's client sends it. */
  private static boolean isHeader(String name, String value) {
    try {
      HttpRequest.newBuilder().setHeader(name, value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether an address is that of a web server, without a user in it. */
  public static boolean isUsable(String url) {
    try {
      URI uri = URI.create(url);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return web && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    JsonFormat json = new JsonFormat();
    for (Field field : schema.fields()) {
      if (!json.canWrite(field.type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "the column '"
                + field.name()
                + "' of the type "
                + field.type().sql().toLowerCase(Locale.ROOT)
                + " has no JSON form",
            "cast it to string");
      }
    }
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    JsonFormat json = new JsonFormat();
    Options written = Options.of(json.writeOptions(), Map.of("compression", "none"));
    HttpSender sender =
        sender(options, options.millis("timeout"), context.baseDirectory(), context.clock());
    return new HttpSink(
        json.writer(schema, written, context.session()),
        sender,
        options.text("body").equalsIgnoreCase("array"),
        Math.toIntExact(options.number("rowsPerRequest")),
        context.queryId() + "-" + context.index());
  }

  private static HttpSender sender(
      Options options, long timeoutMillis, String baseDirectory, Clock clock) {
    Map<String, String> headers = new HashMap<>();
    options
        .givenValues()
        .forEach(
            (name, value) -> {
              if (name.startsWith(HEADER)) {
                headers.put(name.substring(HEADER.length()), value);
              }
            });
    return new HttpSender(
        URI.create(options.text("url")),
        options.text("method").toUpperCase(Locale.ROOT),
        headers,
        timeoutMillis,
        RetryPolicy.times(
            Math.toIntExact(options.number("retries")),
            options.millis("retryWait"),
            HttpSender.LONGEST_WAIT_MILLIS),
        options.find("caCertificates").map(pem -> Trust.only(Path.of(baseDirectory).resolve(pem))),
        clock);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text("url").replaceFirst("[?#].*", "") + "'";
  }

  /** Asks with {@code OPTIONS}: whatever is answered, a server is there; rows are not sent. */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    long limit = Math.min(options.millis("timeout"), request.patienceMillis());
    String found = "";
    try (HttpSender sender = sender(options, limit, request.baseDirectory(), request.clock())) {
      found = "'" + sender.shownUri() + "'";
      int status = sender.probe();
      if (status == 401 || status == 403 || status == 407) {
        problems.error(
            "http-failed",
            options.at("url"),
            found + " does not let us in: it answers " + status,
            HttpSender.remedy(status));
      }
      found += " answers (OPTIONS: " + status + ")";
    } catch (IOException e) {
      problems.error(
          "http-failed",
          options.at("url"),
          found + " cannot be reached: " + HttpSender.reason(e),
          "see that the server runs there");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Connected(found);
  }
}
