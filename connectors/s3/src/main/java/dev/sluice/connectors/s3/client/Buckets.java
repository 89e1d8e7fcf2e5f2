package dev.sluice.connectors.s3.client;

import dev.sluice.connectors.store.StoreSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The connection of each bucket, made when it is first used. Thread-safe. */
final class Buckets implements AutoCloseable {
  private final StoreSettings settings;
  private final Map<String, Bucket> open = new ConcurrentHashMap<>();

  Buckets(StoreSettings settings) {
    this.settings = settings;
  }

  Bucket of(String name) {
    return open.computeIfAbsent(name, n -> Bucket.connect(n, settings.forBucket(n)));
  }

  @Override
  public void close() {
    open.values().forEach(bucket -> bucket.s3().close());
    open.clear();
  }
}
