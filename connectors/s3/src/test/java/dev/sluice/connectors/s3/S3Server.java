package dev.sluice.connectors.s3;

import dev.sluice.connectors.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3Proxy on the loopback interface, its buckets folders of the local disk: a server that checks
 * signatures and keeps S3's promises of conditional writes. For tests, and for trials by {@code
 * scripts/services s3}.
 */
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "local-access";
  public static final String SECRET_KEY = "local-secret-key";

  private final S3Proxy proxy;
  private final BlobStore buckets;
  private final int port;

  private S3Server(S3Proxy proxy, BlobStore buckets, int port) {
    this.proxy = proxy;
    this.buckets = buckets;
    this.port = port;
  }

  /** Port 0 takes a free one. */
  public static S3Server start(Path folder, int port) {
    return start(folder, port, buckets -> buckets);
  }

  /** {@code before} stands between the requests and the buckets. */
  static S3Server start(Path folder, int port, UnaryOperator<BlobStore> before) {
    try {
      BlobStore buckets =
          before.apply(new FilesystemNio2BlobStore(Files.createDirectories(folder).toString()));
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(buckets)
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
              .ignoreUnknownHeaders(true)
              .stopTimeout(0)
              .build();
      proxy.start();
      return new S3Server(proxy, buckets, proxy.getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server does not start", e);
    }
  }

  /** Makes a bucket if there is none of that name. */
  public S3Server withBucket(String name) {
    if (!buckets.containerExists(name)) {
      buckets.createContainer(name);
    }
    return this;
  }

  public int port() {
    return port;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** What {@code settings.hadoop} must say to reach it. */
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("fs.s3a.endpoint", endpoint());
    options.put("fs.s3a.path.style.access", "true");
    options.put("fs.s3a.access.key", ACCESS_KEY);
    options.put("fs.s3a.secret.key", SECRET_KEY);
    return options;
  }

  public StoreSettings settings() {
    return new StoreSettings(options());
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    buckets.close();
  }

  /** {@code FOLDER PORT BUCKET...}: serves until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    S3Server server = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    for (int i = 2; i < arguments.length; i++) {
      server.withBucket(arguments[i]);
    }
    System.out.println("ready " + server.endpoint());
    Thread.currentThread().join();
  }
}
