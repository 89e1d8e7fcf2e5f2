package dev.sluice.connectors.hadoop;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.FileStoreContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class HdfsFileStoreTest extends FileStoreContract {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  @TempDir static Path folder;
  private static HdfsServer server;
  private static StoreRegistry stores;
  private static StoreRegistry others;

  private final String root = server.uri() + "/contract/" + ROOTS.incrementAndGet();

  @BeforeAll
  static void start() {
    server = HdfsServer.start(folder, 0, true);
    stores = new StoreRegistry(server.settings());
    others = new StoreRegistry(server.settings());
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
}
