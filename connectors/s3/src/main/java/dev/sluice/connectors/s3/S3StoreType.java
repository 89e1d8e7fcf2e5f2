package dev.sluice.connectors.s3;

import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.connectors.store.FileStoreClient;
import dev.sluice.connectors.store.FileStoreClientFactory;
import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.component.Option;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** S3, by the names of Hadoop's S3A. */
public final class S3StoreType implements FileStoreType {
  public static final String ENDPOINT = "fs.s3a.endpoint";
  public static final String REGION = "fs.s3a.endpoint.region";
  public static final String PATH_STYLE = "fs.s3a.path.style.access";
  public static final String ACCESS_KEY = "fs.s3a.access.key";
  public static final String SECRET_KEY = "fs.s3a.secret.key";
  public static final String SESSION_TOKEN = "fs.s3a.session.token";
  public static final String PROVIDER = "fs.s3a.aws.credentials.provider";
  public static final String SSL = "fs.s3a.connection.ssl.enabled";
  public static final String ATTEMPTS = "fs.s3a.attempts.maximum";
  public static final String CONNECT_TIMEOUT = "fs.s3a.connection.establish.timeout";
  public static final String TIMEOUT = "fs.s3a.connection.timeout";
  public static final String PART_SIZE = "fs.s3a.multipart.size";
  public static final String BUFFER_FOLDER = "fs.s3a.buffer.dir";
  public static final String ENCRYPTION = "fs.s3a.encryption.algorithm";
  public static final String ENCRYPTION_KEY = "fs.s3a.encryption.key";
  public static final String REQUESTER_PAYS = "fs.s3a.requester.pays.enabled";
  public static final String CHECKSUMS = "fs.s3a.checksum.generation";

  /** The two choices of {@link #PROVIDER}: the usual chain, or no signature at all. */
  public static final String CHAIN = "default";

  public static final String ANONYMOUS = "anonymous";

  @Override
  public List<String> schemes() {
    return List.of("s3a", "s3");
  }

  @Override
  public String summary() {
    return "S3 and servers that speak like it";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.text(ENDPOINT, "The server, such as 'http://localhost:9000'; AWS if unset"),
        Option.text(REGION, "The region; else that of the environment, else found by the bucket"),
        Option.flag(PATH_STYLE, false, "Whether the bucket stands in the path, not in the host"),
        Option.text(ACCESS_KEY, "The access key; the usual chain of AWS finds one if unset")
            .hidden(),
        Option.text(SECRET_KEY, "The secret that belongs to the access key").hidden(),
        Option.text(SESSION_TOKEN, "The token of temporary keys").hidden(),
        Option.choice(
                PROVIDER,
                List.of(CHAIN, ANONYMOUS),
                "Where keys come from when none are given: environment, profile, web identity,"
                    + " container, machine; or no keys, for public buckets")
            .orElse(CHAIN),
        Option.flag(SSL, true, "Whether an endpoint without 'http://' is asked over TLS"),
        Option.integer(ATTEMPTS, "How often a request is tried that fails for a passing reason")
            .orElse("10")
            .atLeast(1),
        Option.duration(CONNECT_TIMEOUT, "How long a connection may take").orElse("10s"),
        Option.duration(TIMEOUT, "How long an answer may take").orElse("60s"),
        Option.bytes(
                PART_SIZE, "How much of a large file is sent at a time, in bytes; at least 5 MiB")
            .orElse("16777216"),
        Option.text(BUFFER_FOLDER, "Where parts wait to be sent; the system's folder if unset"),
        Option.choice(ENCRYPTION, List.of("AES256", "SSE-KMS"), "How S3 encrypts what is written"),
        Option.text(ENCRYPTION_KEY, "The key of KMS for SSE-KMS; the account's own if unset"),
        Option.flag(REQUESTER_PAYS, false, "Whether the one who asks pays"),
        Option.flag(
            CHECKSUMS, true, "Whether what is sent carries a checksum that the server checks"));
  }

  @Override
  public List<String> passThroughPrefixes() {
    return List.of("fs.s3a.bucket.");
  }

  @Override
  public List<String> check(StoreSettings settings) {
    List<String> problems = new ArrayList<>();
    if (settings.find(ACCESS_KEY).isPresent() != settings.find(SECRET_KEY).isPresent()) {
      problems.add("'" + ACCESS_KEY + "' and '" + SECRET_KEY + "' go together");
    }
    settings
        .find(ENDPOINT)
        .filter(text -> !isEndpoint(text.trim()))
        .ifPresent(text -> problems.add("'" + ENDPOINT + "' is no address: '" + text + "'"));
    return problems;
  }

  /** A host, perhaps with a port, perhaps behind {@code http://} or {@code https://}. */
  private static boolean isEndpoint(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "https://" + text);
      return text.isEmpty()
          || uri.getHost() != null
              && (uri.getScheme().equals("http") || uri.getScheme().equals("https"));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  @Override
  public StoreSettings impatient(StoreSettings settings) {
    return settings.orElse(Map.of(ATTEMPTS, "2", CONNECT_TIMEOUT, "5s", TIMEOUT, "10s"));
  }

  @Override
  public FileStoreClient connect(StoreSettings settings) {
    return ConnectorLibraries.load(FileStoreClientFactory.class, S3StoreType.class, "aws")
        .create(settings);
  }
}
