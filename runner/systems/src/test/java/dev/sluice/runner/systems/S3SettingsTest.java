package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.connectors.s3.S3Server;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each setting of S3 makes of the requests, as they leave. */
class S3SettingsTest {
  /** More than a part of the least size. */
  private static final int LARGE = 6 << 20;

  @TempDir Path folder;
  private S3Server server;
  private RequestLog asked;

  @BeforeEach
  void start() throws IOException {
    server = S3Server.start(folder.resolve("buckets"), 0).withBucket("bucket").withBucket("other");
    asked = new RequestLog(server.port());
  }

  @AfterEach
  void stop() throws IOException {
    asked.close();
    server.close();
  }

  private StoreRegistry stores(String... more) {
    Map<String, String> options = new HashMap<>(server.options());
    options.put("fs.s3a.endpoint", asked.endpoint());
    // The server closes a connection whose request it refuses unread; what is sent next meets that.
    options.put("fs.s3a.attempts.maximum", "5");
    options.put("fs.s3a.multipart.size", String.valueOf(5 << 20));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return new StoreRegistry(new StoreSettings(options));
  }

  /** Every kind of request that a run makes. */
  private List<String> everything(StoreRegistry stores, String bucket) throws IOException {
    String root = "s3a://" + bucket + "/all";
    FileStore store = stores.of(root);
    asked.takeHeads();
    store.requireWritable(root);
    store.requireExclusive(root);
    store.write(root + "/small", new byte[3]);
    store.writeLoosely(root + "/loose", new byte[3]);
    store.write(root + "/large", new byte[LARGE]);
    store.create(root + "/abandoned").close();
    for (FileStatus file : store.list(root)) {
      try (FileInput in = store.open(file)) {
        in.readFully(0, new byte[1], 0, 1);
      }
    }
    store.status(root + "/small");
    store.readAll(root + "/small");
    store.move(root + "/small", root + "/moved");
    store.delete(root + "/moved");
    store.delete(root + "/loose");
    store.delete(root + "/large");
    List<String> heads = asked.takeHeads();
    TreeSet<String> kinds = new TreeSet<>();
    heads.forEach(head -> kinds.add(head.substring(0, head.indexOf(' '))));
    assertThat(kinds).containsExactly("DELETE", "GET", "HEAD", "POST", "PUT");
    return heads;
  }

  /** The value of a header; empty when it is not there. */
  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).trim())
        .findFirst()
        .orElse("");
  }

  /** Requests that make an object, whose encryption and checksum they tell. */
  private static boolean makesAnObject(String head) {
    return head.startsWith("PUT ") && !head.contains("partNumber=")
        || head.startsWith("POST ") && head.lines().findFirst().orElse("").contains("?uploads");
  }

  @Test
  void withoutFurtherSettingsRequestsAreSignedByTheKeyAndSayNothingElse() throws IOException {
    try (StoreRegistry stores = stores()) {
      assertThat(everything(stores, "bucket"))
          .allSatisfy(
              head -> {
                assertThat(head.lines().findFirst().orElse("")).contains(" /bucket");
                assertThat(header(head, "authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=" + S3Server.ACCESS_KEY + "/");
                assertThat(header(head, "x-amz-security-token")).isEmpty();
                assertThat(header(head, "x-amz-request-payer")).isEmpty();
                assertThat(header(head, "x-amz-server-side-encryption")).isEmpty();
              });
    }
  }

  @Test
  void theRegionAndTheTokenOfTemporaryKeysGoWithEachRequest() throws IOException {
    try (StoreRegistry stores =
        stores("fs.s3a.endpoint.region", "eu-central-1", "fs.s3a.session.token", "the-token")) {
      assertThat(everything(stores, "bucket"))
          .allSatisfy(
              head -> {
                assertThat(header(head, "authorization")).contains("/eu-central-1/s3/aws4_request");
                assertThat(header(head, "x-amz-security-token")).isEqualTo("the-token");
              });
    }
  }

  @Test
  void whoPaysIsSaidInEachRequest() throws IOException {
    try (StoreRegistry stores = stores("fs.s3a.requester.pays.enabled", "true")) {
      assertThat(everything(stores, "bucket"))
          .allSatisfy(
              head -> assertThat(header(head, "x-amz-request-payer")).isEqualTo("requester"));
    }
  }

  /** The requests that make an object; what the server thinks of them is left aside. */
  private List<String> makingObjects(StoreRegistry stores) {
    FileStore store = stores.of("s3a://bucket/x");
    asked.takeHeads();
    // The server of the tests has no encryption, and says so.
    catchThrowable(() -> store.writeLoosely("s3a://bucket/loose", new byte[3]));
    catchThrowable(() -> store.write("s3a://bucket/small", new byte[3]));
    catchThrowable(() -> store.write("s3a://bucket/large", new byte[LARGE]));
    List<String> heads = asked.takeHeads().stream().filter(S3SettingsTest::makesAnObject).toList();
    assertThat(heads).hasSizeGreaterThanOrEqualTo(3);
    return heads;
  }

  @Test
  void encryptionIsAskedForWhereAnObjectIsMade() {
    try (StoreRegistry stores =
        stores("fs.s3a.encryption.algorithm", "SSE-KMS", "fs.s3a.encryption.key", "key-1")) {
      assertThat(makingObjects(stores))
          .allSatisfy(
              head -> {
                assertThat(header(head, "x-amz-server-side-encryption")).isEqualTo("aws:kms");
                assertThat(header(head, "x-amz-server-side-encryption-aws-kms-key-id"))
                    .isEqualTo("key-1");
              });
    }
    try (StoreRegistry stores = stores("fs.s3a.encryption.algorithm", "AES256")) {
      assertThat(makingObjects(stores))
          .allSatisfy(
              head -> assertThat(header(head, "x-amz-server-side-encryption")).isEqualTo("AES256"));
    }
  }

  @Test
  void whatIsSentCarriesAChecksumUnlessThatIsSwitchedOff() throws IOException {
    for (boolean wanted : new boolean[] {true, false}) {
      try (StoreRegistry stores = stores("fs.s3a.checksum.generation", String.valueOf(wanted))) {
        asked.takeHeads();
        stores.of("s3a://bucket/x").write("s3a://bucket/sum" + wanted, new byte[3]);
        assertThat(asked.takeHeads())
            .isNotEmpty()
            .allSatisfy(
                head ->
                    assertThat(head.toLowerCase(Locale.ROOT).contains("x-amz-checksum-"))
                        .isEqualTo(wanted));
      }
    }
  }

  @Test
  void oneBucketMayHaveItsOwn() throws IOException {
    try (StoreRegistry stores =
        stores(
            "fs.s3a.endpoint.region",
            "eu-central-1",
            "fs.s3a.bucket.other.endpoint.region",
            "us-west-2",
            "fs.s3a.bucket.other.session.token",
            "of-the-other",
            "fs.s3a.bucket.other.requester.pays.enabled",
            "true")) {
      assertThat(everything(stores, "bucket"))
          .allSatisfy(
              head -> {
                assertThat(header(head, "authorization")).contains("/eu-central-1/s3/");
                assertThat(header(head, "x-amz-security-token")).isEmpty();
                assertThat(header(head, "x-amz-request-payer")).isEmpty();
              });
      assertThat(everything(stores, "other"))
          .allSatisfy(
              head -> {
                assertThat(header(head, "authorization")).contains("/us-west-2/s3/");
                assertThat(header(head, "x-amz-security-token")).isEqualTo("of-the-other");
                assertThat(header(head, "x-amz-request-payer")).isEqualTo("requester");
              });
    }
  }

  @Test
  void withoutKeysNothingIsSigned() throws IOException {
    Map<String, String> options =
        Map.of(
            "fs.s3a.endpoint", asked.endpoint(),
            "fs.s3a.path.style.access", "true",
            "fs.s3a.attempts.maximum", "1",
            "fs.s3a.aws.credentials.provider", "anonymous");
    try (StoreRegistry stores = new StoreRegistry(new StoreSettings(options))) {
      // The server lets nobody in without a key: that the request came there unsigned is what
      // counts.
      assertThatThrownBy(() -> stores.of("s3a://bucket/x").readAll("s3a://bucket/x"))
          .isInstanceOf(IOException.class);
    }
    assertThat(asked.takeHeads())
        .isNotEmpty()
        .allSatisfy(head -> assertThat(header(head, "authorization")).isEmpty());
  }

  @Test
  void anEndpointWithoutASchemeIsAskedOverTlsUnlessThatIsSwitchedOff() throws IOException {
    String address = server.endpoint().substring("http://".length());
    try (StoreRegistry stores =
        stores("fs.s3a.endpoint", address, "fs.s3a.connection.ssl.enabled", "false")) {
      assertThat(stores.of("s3a://bucket/").list("s3a://bucket/")).isEmpty();
    }
    try (StoreRegistry stores = stores("fs.s3a.endpoint", address)) {
      assertThatThrownBy(() -> stores.of("s3a://bucket/").list("s3a://bucket/"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no connection to S3 at 'https://" + address + "'");
    }
  }

  @Test
  void partsWaitInTheFolderThatIsNamed() throws IOException {
    Path buffer = folder.resolve("not/there/yet");
    try (StoreRegistry stores = stores("fs.s3a.buffer.dir", buffer.toString())) {
      stores.of("s3a://bucket/x").write("s3a://bucket/large", new byte[LARGE]);
    }
    // Its files have no names; that they can be made nowhere else shows in that the folder is
    // there.
    assertThat(buffer).isEmptyDirectory();
    Path taken = Files.createFile(folder.resolve("taken"));
    try (StoreRegistry stores = stores("fs.s3a.buffer.dir", taken.toString())) {
      assertThatThrownBy(
              () -> stores.of("s3a://bucket/x").write("s3a://bucket/other", new byte[LARGE]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(taken.toString());
    }
  }
}
