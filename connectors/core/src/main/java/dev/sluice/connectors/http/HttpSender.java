package dev.sluice.connectors.http;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends requests until the server takes them, or says that it never will. */
final class HttpSender implements AutoCloseable {
  private static final long LONGEST_WAIT_MILLIS = 60_000;
  private static final int SHOWN = 200;

  private final URI uri;
  private final String method;
  private final Map<String, String> headers;
  private final long timeoutMillis;
  private final Retries retries;
  private final Clock clock;
  private final HttpClient client;

  /**
   * @param most how often a request is sent again
   * @param firstWaitMillis before the first time
   */
  record Retries(int most, long firstWaitMillis) {}

  HttpSender(
      URI uri,
      String method,
      Map<String, String> headers,
      long timeoutMillis,
      Retries retries,
      Clock clock) {
    this.uri = uri;
    this.method = method;
    this.headers = headers;
    this.timeoutMillis = timeoutMillis;
    this.retries = retries;
    this.clock = clock;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(timeoutMillis))
            .build();
  }

  /** Without what may be secret. */
  String shownUri() {
    return uri.getScheme()
        + "://"
        + uri.getAuthority()
        + (uri.getPath() == null ? "" : uri.getPath());
  }

  /** Returns when the server has taken it; {@code key} is the same when it is sent again. */
  void send(byte[] body, String contentType, String key) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMillis(timeoutMillis))
            .setHeader("Content-Type", contentType)
            .setHeader("Idempotency-Key", key);
    headers.forEach(builder::setHeader);
    HttpRequest request =
        builder.method(method, HttpRequest.BodyPublishers.ofByteArray(body)).build();
    for (int attempt = 0; ; attempt++) {
      Outcome outcome = once(request);
      if (outcome.taken()) {
        return;
      }
      if (!outcome.passing() || attempt >= retries.most()) {
        throw new PipelineException(
            "http-failed",
            "'"
                + shownUri()
                + "' does not take the rows: "
                + outcome.said()
                + (outcome.passing() ? ", after " + (attempt + 1) + " attempts" : ""),
            outcome.cause());
      }
      sleep(Math.max(wait(attempt), outcome.askedMillis()));
    }
  }

  private long wait(int attempt) {
    return Math.min(LONGEST_WAIT_MILLIS, retries.firstWaitMillis() << Math.min(attempt, 20));
  }

  private void sleep(long millis) {
    try {
      clock.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PipelineException("stopped", "stopped while waiting for '" + shownUri() + "'", e);
    }
  }

  /**
   * How an attempt ended.
   *
   * @param passing whether another attempt may do better
   * @param askedMillis how long the server wants us to wait
   */
  private record Outcome(
      boolean taken, boolean passing, String said, long askedMillis, @Nullable Throwable cause) {}

  private Outcome once(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      int status = response.statusCode();
      if (status >= 200 && status < 300) {
        return new Outcome(true, false, "", 0, null);
      }
      String text = response.body().strip().replaceAll("\\p{Cntrl}+", " ");
      String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
      boolean passing = status == 408 || status == 425 || status == 429 || status >= 500;
      return new Outcome(
          false,
          passing,
          "it answers " + status + (shown.isEmpty() ? "" : " (" + shown + ")"),
          retryAfter(response.headers().firstValue("Retry-After")),
          null);
    } catch (IOException e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Outcome(false, true, message, 0, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PipelineException("stopped", "stopped while sending to '" + shownUri() + "'", e);
    }
  }

  /** Only whole seconds: a date would need the server's clock. */
  private static long retryAfter(Optional<String> header) {
    try {
      return header.map(text -> Long.parseLong(text.trim()) * 1000).orElse(0L);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    // The client ends with its last reference.
  }
}
