package dev.sluice.connectors.s3;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.FileStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class S3FileStoreTest extends FileStoreContract {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  @TempDir static Path folder;
  private static S3Server server;
  private static StoreRegistry stores;
  private static StoreRegistry others;

  private final String root = "s3a://bucket/contract/" + ROOTS.incrementAndGet();

  @BeforeAll
  static void start() {
    server = S3Server.start(folder, 0).withBucket("bucket");
    Map<String, String> options = server.options();
    options.put(S3StoreType.PART_SIZE, String.valueOf(5 << 20));
    stores = new StoreRegistry(new StoreSettings(options));
    others = new StoreRegistry(new StoreSettings(options));
  }

  @AfterAll
  static void stop() {
    others.close();
    stores.close();
    server.close();
  }

  @Override
  protected FileStore store() {
    return stores.of(root);
  }

  @Override
  protected FileStore other() {
    return others.of(root);
  }

  @Override
  protected String root() {
    return root;
  }

  /** More than one part. */
  @Override
  protected int largeBytes() {
    return 6 << 20;
  }

  /** More than a page of 1,000. */
  @Override
  protected int manyFiles() {
    return 1010;
  }

  /** The server's buckets are folders of this disk. */
  @Override
  protected void fill(String at, int files) throws IOException {
    Path target = Files.createDirectories(folder.resolve(at.substring("s3a://".length())));
    for (int i = 0; i < files; i++) {
      Files.write(target.resolve("f" + i), new byte[1]);
    }
  }

  @Override
  protected boolean hasFolders() {
    return false;
  }
}
