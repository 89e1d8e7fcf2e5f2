package dev.sluice.connectors.s3.client;

import dev.sluice.connectors.store.FileStoreClient;
import dev.sluice.connectors.store.FileStoreClientFactory;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.io.FileStore;

/** Connects to S3. */
public final class S3ClientFactory implements FileStoreClientFactory {
  @Override
  public FileStoreClient create(StoreSettings settings) {
    Buckets buckets = new Buckets(settings);
    return new FileStoreClient() {
      @Override
      public FileStore store(String scheme) {
        return new S3FileStore(scheme, buckets);
      }

      @Override
      public void close() {
        buckets.close();
      }
    };
  }
}
