package dev.sluice.connectors.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where credentials come from when the pipeline gives none: each time a process of its own. */
class S3CredentialsTest {
  private static final String FILE = "s3a://bucket/folder/file";

  @TempDir Path folder;
  private S3Server server;

  @BeforeEach
  void start() throws IOException {
    server = S3Server.start(folder.resolve("buckets"), 0).withBucket("bucket");
    try (StoreRegistry stores = new StoreRegistry(server.settings())) {
      stores.of(FILE).write(FILE, "text".getBytes(UTF_8));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Reads the file; the server's address is given, and no key. */
  public static void main(String[] arguments) {
    Map<String, String> options =
        Map.of("fs.s3a.endpoint", arguments[0], "fs.s3a.path.style.access", "true");
    try (StoreRegistry stores = new StoreRegistry(new StoreSettings(options))) {
      System.out.println("read " + new String(stores.of(FILE).readAll(FILE), UTF_8));
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }

  /** What a process says that has these variables, and none of its parent's for S3. */
  private String read(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "-Duser.home=" + folder,
            S3CredentialsTest.class.getName(),
            server.endpoint());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Path said = folder.resolve("said");
    builder.redirectOutput(said.toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isZero();
    String text = Files.readString(said);
    assertThat(text).as("it has begun").isNotBlank();
    return text;
  }

  @Test
  void theEnvironmentHasKeys() throws Exception {
    assertThat(
            read(
                Map.of(
                    "AWS_ACCESS_KEY_ID",
                    S3Server.ACCESS_KEY,
                    "AWS_SECRET_ACCESS_KEY",
                    S3Server.SECRET_KEY)))
        .contains("read text");
  }

  @Test
  void aProfileHasKeys() throws Exception {
    Path profiles = folder.resolve("profiles");
    Files.writeString(
        profiles,
        "[default]\naws_access_key_id = other\naws_secret_access_key = other\n"
            + "[work]\naws_access_key_id = "
            + S3Server.ACCESS_KEY
            + "\naws_secret_access_key = "
            + S3Server.SECRET_KEY
            + "\n");
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_SHARED_CREDENTIALS_FILE", profiles.toString());
    assertThat(read(environment)).as("of the default profile").doesNotContain("read text");
    environment.put("AWS_PROFILE", "work");
    assertThat(read(environment)).contains("read text");
  }

  /** Answers each request with this, and keeps what it was asked. */
  private static HttpServer serving(String type, String answer, List<String> asked)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
          byte[] bytes = answer.getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", type);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void aWebIdentityIsTradedForKeys() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer sts =
        serving(
            "text/xml",
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult><Credentials>
                <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
                <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
              </Credentials></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """
                .formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY),
            asked);
    try {
      Path token = Files.writeString(folder.resolve("token"), "of-the-cluster");
      assertThat(
              read(
                  Map.of(
                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                      token.toString(),
                      "AWS_ROLE_ARN",
                      "arn:aws:iam::123456789012:role/reader",
                      "AWS_REGION",
                      "us-east-1",
                      "AWS_ENDPOINT_URL_STS",
                      address(sts))))
          .contains("read text");
      assertThat(asked.get(0))
          .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=of-the-cluster");
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void aContainerHasKeys() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer container =
        serving(
            "application/json",
            """
            {"AccessKeyId": "%s", "SecretAccessKey": "%s", "Token": "token",
             "Expiration": "2099-01-01T00:00:00Z"}
            """
                .formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY),
            asked);
    try {
      assertThat(read(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", address(container) + "/keys")))
          .contains("read text");
      assertThat(asked.get(0)).startsWith("GET /keys");
    } finally {
      container.stop(0);
    }
  }

  @Test
  void whereNothingHasKeysTheWaysToGiveThemAreTold() throws Exception {
    assertThat(read(Map.of()))
        .contains("no credentials found for S3; set AWS_ACCESS_KEY_ID", "a profile");
  }
}
