package dev.sluice.connectors.http;

import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sends requests until the server takes them, or says that it never will. */
final class HttpSender implements AutoCloseable {
  /** What a server's last words end with when another attempt would meet the same. */
  private static final List<String> ALERTS =
      List.of(
          "alert: bad_certificate",
          "alert: certificate_required",
          "alert: certificate_unknown",
          "alert: certificate_expired",
          "alert: certificate_revoked",
          "alert: unsupported_certificate",
          "alert: unknown_ca",
          "alert: access_denied",
          "alert: protocol_version",
          "alert: handshake_failure",
          "alert: unrecognized_name",
          "alert: insufficient_security");

  static final String KEY = "Idempotency-Key";
  static final long LONGEST_WAIT_MILLIS = 60_000;

  /** A server that wants to be left alone for longer gets its next request all the same. */
  private static final long LONGEST_ASKED_SECONDS = 600;

  private static final int SHOWN = 200;

  /** What a server says beyond that is of no use to anybody. */
  private static final int MOST_ANSWER_BYTES = 1 << 16;

  private final URI uri;
  private final String method;
  private final Map<String, String> headers;
  private final long timeoutMillis;
  private final Retries retries;
  private final RetryTally tally = new RetryTally();
  private final HttpClient client;

  HttpSender(
      URI uri,
      String method,
      Map<String, String> headers,
      long timeoutMillis,
      RetryPolicy policy,
      Optional<SSLContext> trust,
      Clock clock) {
    this.uri = uri;
    this.method = method;
    this.headers = headers;
    this.timeoutMillis = timeoutMillis;
    this.retries = new Retries(policy, clock, tally);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(timeoutMillis));
    trust.ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  Retried retried() {
    return tally.retried();
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
            .setHeader(KEY, key);
    headers.forEach(builder::setHeader);
    HttpRequest request =
        builder.method(method, HttpRequest.BodyPublishers.ofByteArray(body)).build();
    int[] attempts = new int[1];
    try {
      retries.call(
          "a request to '" + shownUri() + "'",
          () -> {
            attempts[0]++;
            return once(request);
          },
          e -> e instanceof Refused refused ? refused.passing() : Optional.empty());
    } catch (Refused e) {
      throw new PipelineException(
          "http-failed",
          "'"
              + shownUri()
              + "' does not take the rows: "
              + e.getMessage()
              + (e.passing().isPresent() ? ", after " + attempts[0] + " attempts" : "")
              + "; "
              + e.remedy,
          e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Whether anybody answers, and lets us in: by {@code OPTIONS}, which changes nothing anywhere.
   *
   * @return the status of the answer
   */
  int probe() throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).timeout(Duration.ofMillis(timeoutMillis));
    headers.forEach(builder::setHeader);
    return Exchange.send(
            client,
            builder.method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build(),
            timeoutMillis,
            MOST_ANSWER_BYTES)
        .statusCode();
  }

  /** A request that was not taken. */
  private static final class Refused extends Exception {
    private final boolean passes;
    private final long askedMillis;
    private final String remedy;

    /**
     * @param passes whether another attempt may do better
     * @param askedMillis how long the server wants us to wait
     */
    Refused(
        String said, String remedy, boolean passes, long askedMillis, @Nullable Throwable cause) {
      super(said, cause);
      this.passes = passes;
      this.askedMillis = askedMillis;
      this.remedy = remedy;
    }

    Optional<Retries.Passing> passing() {
      return passes
          ? Optional.of(new Retries.Passing(String.valueOf(getMessage()), askedMillis))
          : Optional.empty();
    }
  }

  private int once(HttpRequest request) throws Refused {
    try {
      HttpResponse<byte[]> response =
          Exchange.send(client, request, timeoutMillis, MOST_ANSWER_BYTES);
      int status = response.statusCode();
      if (status >= 200 && status < 300) {
        return status;
      }
      String text =
          new String(response.body(), StandardCharsets.UTF_8)
              .strip()
              .replaceAll("\\p{Cntrl}+", " ");
      String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
      boolean passing = status == 408 || status == 425 || status == 429 || status >= 500;
      throw new Refused(
          "it answers " + status + (shown.isEmpty() ? "" : " (" + shown + ")"),
          passing ? "see what ails the server, or raise 'retries'" : remedy(status),
          passing,
          retryAfter(response.headers().firstValue("Retry-After")),
          null);
    } catch (IOException e) {
      boolean refused = isItsRefusal(e);
      boolean untrusted = isUntrusted(e);
      throw new Refused(reason(e), remedy(e), !refused && !untrusted, 0, e);
    } catch (InterruptedException e) {
      throw PipelineException.stopped("sending to '" + shownUri() + "'", e);
    }
  }

  static String remedy(IOException e) {
    if (isItsRefusal(e)) {
      return "see which certificates it accepts: a client's own cannot be given here";
    }
    if (isWrongItself(e)) {
      return "its name or its dates are wrong: see the server's certificate, and 'url'";
    }
    return isUntrusted(e)
        ? "name a file with the certificate of its authority as 'caCertificates'"
        : "see that the server runs there, or raise 'retries'";
  }

  static String remedy(int status) {
    return switch (status) {
      case 401, 403, 407 -> "give credentials with 'header.Authorization'";
      case 404, 405, 410 -> "correct 'url' or 'method'";
      case 413 -> "lower 'rowsPerRequest'";
      default -> "see what the server expects";
    };
  }

  /** True if it is the server that did not like what it saw of us. Other alerts may pass. */
  private static boolean isItsRefusal(IOException e) {
    return e instanceof SSLException
        && ALERTS.stream().anyMatch(String.valueOf(e.getMessage())::endsWith);
  }

  /** True of a certificate that no authority would make right. */
  private static boolean isWrongItself(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException
          || cause instanceof CertificateException
              && (message.startsWith("No subject alternative") || message.startsWith("No name"))) {
        return true;
      }
    }
    return false;
  }

  /** Not so when the server goes away in the middle of a handshake. */
  private static boolean isUntrusted(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof CertPathBuilderException) {
        return true;
      }
    }
    return false;
  }

  /** What the JDK says of a connection, which is often nothing. */
  static String reason(IOException e) {
    if (isItsRefusal(e)) {
      return "the server refuses the connection's encryption: " + e.getMessage();
    }
    if (isUntrusted(e)) {
      return "its certificate is not trusted: " + e.getMessage();
    }
    if (e instanceof HttpConnectTimeoutException) {
      return "no connection within the time";
    }
    if (e instanceof HttpTimeoutException) {
      return "no answer within the time";
    }
    if (e instanceof ConnectException) {
      return e.getMessage() == null ? "no connection" : "no connection: " + e.getMessage();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Only whole seconds: a date would need the server's clock. */
  private static long retryAfter(Optional<String> header) {
    try {
      return header
          .map(text -> Math.min(LONGEST_ASKED_SECONDS, Long.parseLong(text.trim())) * 1000)
          .orElse(0L);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    // The client ends with its last reference.
  }
}
