package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.avro.AvroClient.Registry;
import dev.sluice.connectors.http.Exchange;
import dev.sluice.connectors.http.Trust;
import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry over HTTP, by Confluent's API. What it once answered is kept: a schema never
 * changes under its number. Thread-safe; one for each address in a process.
 */
final class RegistryClient {
  private static final Map<Registry, RegistryClient> KNOWN = new ConcurrentHashMap<>();

  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final long MISSING_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST_MISSING = 10_000;
  private static final RetryPolicy PATIENCE = RetryPolicy.times(5, 200, 5_000);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** No schema is nearly as long. */
  private static final int MOST_ANSWER_BYTES = 16 << 20;

  private record Answer(int statusCode, String body) {}

  /** The status of what is not there, be it a schema or the registry itself. */
  private static final int NOT_FOUND = 404;

  /** The registry's own numbers for a subject, a version, a schema that it does not know. */
  private static final Set<Integer> NO_SUBJECT = Set.of(40401, 40402, 40403);

  private static final Set<Integer> NO_SCHEMA = Set.of(40403);

  private final Registry registry;
  private final HttpClient http;
  private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();
  private final Map<Integer, Long> missing = new ConcurrentHashMap<>();
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();

  private final RetryTally tally = new RetryTally();
  private final Retries retries = new Retries(PATIENCE, Clock.SYSTEM, tally);

  private RegistryClient(Registry registry) {
    this.registry = registry;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
    if (registry.certificates() != null) {
      byte[] pem = registry.certificates().getBytes(StandardCharsets.UTF_8);
      builder.sslContext(Trust.only(pem, "'schemaRegistry.caCertificates'"));
    }
    this.http = builder.build();
  }

  static RegistryClient of(Registry registry) {
    return KNOWN.computeIfAbsent(registry, RegistryClient::new);
  }

  /**
   * The schema of that number; null if there is none or it is of another kind (JSON, Protobuf),
   * which is not asked again for a minute. IOException if it is no sound Avro schema.
   */
  @Nullable Schema schema(int id) throws IOException {
    Schema known = byId.get(id);
    if (known != null) {
      return known;
    }
    Long missedAt = missing.get(id);
    if (missedAt != null && System.nanoTime() - missedAt < MISSING_NANOS) {
      return null;
    }
    Answer answer = call("GET", "/schemas/ids/" + id, null);
    Map<String, @Nullable Object> found = says(answer, NO_SCHEMA) ? Map.of() : body(answer);
    Object type = found.getOrDefault("schemaType", "AVRO");
    if (found.isEmpty() || !"AVRO".equals(type)) {
      if (missing.size() >= MOST_MISSING) {
        missing.clear();
      }
      missing.put(id, System.nanoTime());
      return null;
    }
    Schema schema = AvroTypes.parse(String.valueOf(found.get("schema")));
    byId.put(id, schema);
    return schema;
  }

  /** The number of a schema under a subject, which is put there if it may be and is not. */
  int id(String subject, Schema schema, boolean register) throws IOException {
    String key = subject + "\n" + schema;
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    String content = Json.write(Map.of("schema", schema.toString()));
    String path = "/subjects/" + encoded(subject);
    Answer answer = call("POST", register ? path + "/versions" : path, content);
    if (!register && says(answer, NO_SUBJECT)) {
      throw new PipelineException(
          "schema-not-registered",
          "the schema registry '"
              + registry.url()
              + "' has no such schema under '"
              + subject
              + "'; register it, or set autoRegister: true");
    }
    if (answer.statusCode() == 409) {
      throw new PipelineException(
          "schema-incompatible",
          "the schema of the rows does not go with those under '"
              + subject
              + "' in the schema registry '"
              + registry.url()
              + "': "
              + message(answer)
              + "; change the columns as its rule of compatibility allows, or write to another"
              + " subject");
    }
    Object id = body(answer).get("id");
    if (!(id instanceof Number number)) {
      throw refused(answer);
    }
    ids.put(key, number.intValue());
    return number.intValue();
  }

  /**
   * Whether it is the registry that says so: what else is found at a wrong address answers 404 too.
   */
  private static boolean says(Answer answer, Set<Integer> codes) {
    if (answer.statusCode() != NOT_FOUND) {
      return false;
    }
    try {
      return Json.parseObject(answer.body()).get("error_code") instanceof Number code
          && codes.contains(code.intValue());
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Asks once whether a registry is there and answers this user; fails if not. */
  void check() {
    try {
      Answer answer = send(checked("GET", "/schemas/types", null));
      if (answer.statusCode() == NOT_FOUND) {
        // Older ones do not know types.
        answer = send(checked("GET", "/subjects", null));
      }
      if (answer.statusCode() / 100 != 2) {
        throw refused(answer);
      }
      if (!(parsed(answer) instanceof List)) {
        throw noJson(null);
      }
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private @Nullable Object parsed(Answer answer) {
    try {
      return Json.parse(answer.body());
    } catch (RuntimeException e) {
      throw noJson(e);
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Map<String, @Nullable Object> body(Answer answer) {
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer);
    }
    try {
      return Json.parseObject(answer.body());
    } catch (RuntimeException e) {
      throw noJson(e);
    }
  }

  private PipelineException noJson(@Nullable RuntimeException e) {
    return new PipelineException(
        "schema-registry-failed",
        "the schema registry '"
            + registry.url()
            + "' gave no JSON of its own; is this its address?",
        e);
  }

  private PipelineException refused(Answer answer) {
    return new PipelineException(
        "schema-registry-failed",
        "the schema registry '"
            + registry.url()
            + "' answers "
            + answer.statusCode()
            + ": "
            + message(answer)
            + (answer.statusCode() == 401 || answer.statusCode() == 403
                ? "; check schemaRegistry.user and schemaRegistry.password, or schemaRegistry.token"
                : answer.statusCode() == NOT_FOUND ? "; is this its address?" : ""));
  }

  private static String message(Answer answer) {
    String text = answer.body();
    try {
      Object message = Json.parseObject(text).get("message");
      text = message == null ? text : message.toString();
    } catch (RuntimeException e) {
      // Not every answer on the way is the registry's.
    }
    return text.length() > 300 ? text.substring(0, 300) : text;
  }

  /** How often it was asked again. */
  Retried retried() {
    return tally.retried();
  }

  /** Failures that may pass are met with patience; the last one is told. */
  private Answer call(String method, String path, @Nullable String content) {
    HttpRequest request = checked(method, path, content);
    try {
      return retries.call(
          "asking the schema registry '" + registry.url() + "'",
          () -> send(request),
          e ->
              e instanceof IOException
                  ? Optional.of(new Retries.Passing(reason(e)))
                  : Optional.empty());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private PipelineException unreachable(IOException e) {
    return new PipelineException(
        "schema-registry-unreachable",
        "the schema registry '"
            + registry.url()
            + "' cannot be reached: "
            + reason(e)
            + "; start it, or correct schemaRegistry",
        e);
  }

  private HttpRequest checked(String method, String path, @Nullable String content) {
    try {
      return request(method, path, content);
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "schema-registry-failed",
          "the schema registry's address '" + registry.url() + "' is none: " + e.getMessage(),
          e);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Throws IOException for an answer that may be another one later, too. */
  private Answer send(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> whole =
          Exchange.send(http, request, TIMEOUT.toMillis(), MOST_ANSWER_BYTES);
      if (whole.body().length == MOST_ANSWER_BYTES) {
        throw new IOException("its answer has more than " + MOST_ANSWER_BYTES + " bytes");
      }
      Answer answer =
          new Answer(whole.statusCode(), new String(whole.body(), StandardCharsets.UTF_8));
      if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
        throw new IOException("it answers " + answer.statusCode() + ": " + message(answer));
      }
      return answer;
    } catch (InterruptedException e) {
      throw PipelineException.stopped("asking the schema registry", e);
    }
  }

  private HttpRequest request(String method, String path, @Nullable String content) {
    String base = registry.url();
    while (base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).header("Accept", TYPE);
    if (content == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", TYPE)
          .method(method, HttpRequest.BodyPublishers.ofString(content));
    }
    if (registry.token() != null) {
      authorize(request, "Bearer " + registry.token());
    } else if (registry.user() != null) {
      String password = registry.password() == null ? "" : registry.password();
      byte[] pair = (registry.user() + ":" + password).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return request.build();
  }

  /** The reason of a refusal would show the secret. */
  private static void authorize(HttpRequest.Builder request, String secret) {
    try {
      request.header("Authorization", secret);
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "schema-registry-failed",
          "'schemaRegistry.token' holds a character that cannot be sent, such as a line break;"
              + " correct it");
    }
  }
}
