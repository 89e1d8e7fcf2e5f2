package dev.sluice.connectors.kinesis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.testing.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Kinesalite, an emulator from its npm package, in a process of its own with a small heap. */
public final class KinesisServer implements AutoCloseable {
  private static final String PACKAGE = "kinesalite@3.3.3";

  /** Why there is none, once that is known: no other test waits as long for the same. */
  private static @Nullable String missing;

  private final Process process;
  private final int port;
  private final KinesisClient client;

  private KinesisServer(Process process, int port) {
    this.process = process;
    this.port = port;
    this.client =
        KinesisClient.builder()
            .endpointOverride(URI.create(url()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  /** Starts it on a free port; skips the test where npm, or the package, is not to be had. */
  public static synchronized KinesisServer start() {
    Assumptions.assumeTrue(missing == null, "no Kinesis server: " + missing);
    try {
      return start(Path.of("target", "kinesalite"), 0);
    } catch (IOException e) {
      missing = e.getMessage();
      Assumptions.abort("no Kinesis server: " + missing);
      throw new IllegalStateException(e);
    }
  }

  private static KinesisServer start(Path folder, int port) throws IOException {
    install(folder.toAbsolutePath());
    Path script = folder.resolve("server.js");
    try (InputStream code = KinesisServer.class.getResourceAsStream("server.js")) {
      Files.copy(Objects.requireNonNull(code), script, StandardCopyOption.REPLACE_EXISTING);
    }
    Process process =
        new ProcessBuilder(
                "node",
                "--max-old-space-size=128",
                script.toAbsolutePath().toString(),
                Integer.toString(port))
            .redirectError(folder.resolve("err").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader out = process.inputReader(UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("ready ")) {
        return new KinesisServer(process, Integer.parseInt(line.substring("ready ".length())));
      }
    }
    throw new IOException("kinesalite did not start; see " + folder.resolve("err"));
  }

  private static void install(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (Files.isDirectory(folder.resolve("node_modules/kinesalite"))) {
      return;
    }
    Process npm =
        new ProcessBuilder(
                List.of(
                    "npm",
                    "install",
                    "--prefix",
                    folder.toString(),
                    "--no-save",
                    "--no-audit",
                    "--no-fund",
                    PACKAGE))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("npm.log").toFile())
            .start();
    try {
      if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly();
        throw new IOException("npm cannot install " + PACKAGE + "; see " + folder + "/npm.log");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while npm installs " + PACKAGE, e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A client of its own kind, not that under test. */
  public KinesisClient client() {
    return client;
  }

  /** Makes a stream, and waits for it. */
  public void create(String stream, int shards) {
    client.createStream(request -> request.streamName(stream).shardCount(shards));
    awaitActive(stream);
  }

  /** Waits until a stream, made or resharded, can be used. */
  public void awaitActive(String stream) {
    while (client
            .describeStreamSummary(request -> request.streamName(stream))
            .streamDescriptionSummary()
            .streamStatus()
        != StreamStatus.ACTIVE) {
      Wait.aMoment();
    }
  }

  public void put(String stream, String key, String data) {
    put(stream, key, data.getBytes(UTF_8));
  }

  public void put(String stream, String key, byte[] data) {
    client.putRecord(
        request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(data)));
  }

  /** What the server is to do otherwise: see {@code server.js}. Gives the requests it had. */
  public String control(String json) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url() + "/control"))
                  .timeout(Duration.ofSeconds(120))
                  .POST(HttpRequest.BodyPublishers.ofString(json))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }

  /** For trials: a folder, a port, and the streams to make, with two shards each. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    KinesisServer server = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    for (int i = 2; i < arguments.length; i++) {
      server.create(arguments[i], 2);
    }
    System.out.println("ready " + server.url());
    server.process.waitFor();
  }
}
