package dev.sluice.connectors.s3.client;

import dev.sluice.connectors.store.StoreSettings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.exception.SdkException;

/** The connection of each bucket, made when it is first used. Thread-safe. */
final class Buckets implements AutoCloseable {
  private final StoreSettings settings;
  private final Map<String, Bucket> open = new ConcurrentHashMap<>();

  Buckets(StoreSettings settings) {
    this.settings = settings;
  }

  /** Fails if the settings or the name make no sense to the client. */
  Bucket of(String name) throws IOException {
    try {
      return open.computeIfAbsent(name, n -> Bucket.connect(n, forBucket(n)));
    } catch (IllegalArgumentException | SdkException e) {
      throw new FileSystemException(name, null, "no client for this bucket: " + e.getMessage());
    }
  }

  /** With {@code fs.s3a.bucket.BUCKET.x} in the place of {@code fs.s3a.x}. */
  private StoreSettings forBucket(String bucket) {
    String prefix = "fs.s3a.bucket." + bucket + ".";
    Map<String, String> own = settings.all();
    settings
        .all()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                own.put("fs.s3a." + name.substring(prefix.length()), value);
              }
            });
    return new StoreSettings(own);
  }

  @Override
  public void close() {
    open.values().forEach(bucket -> bucket.s3().close());
    open.clear();
  }
}
