package dev.sluice.connectors.s3;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.connectors.testing.FileSinkContract;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.operators.io.FileStores;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Objects in S3 through the suites of sources and sinks. */
class S3FilesTest {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  @TempDir static Path data;
  private static S3Server server;
  private static StoreRegistry stores;

  @BeforeAll
  static void start() {
    server = S3Server.start(data, 0).withBucket("bucket");
    stores = new StoreRegistry(new StoreSettings(server.options()));
  }

  @AfterAll
  static void stop() {
    stores.close();
    server.close();
  }

  private static String newRoot() {
    return "s3a://bucket/files/" + ROOTS.incrementAndGet();
  }

  @Nested
  class AsSource extends FileSourceContract {
    private final String root = newRoot();

    @Override
    protected FileFormat format() {
      return new JsonFormat();
    }

    @Override
    protected FileStores stores() {
      return stores;
    }

    @Override
    protected String root() {
      return root;
    }
  }

  @Nested
  class AsSink extends FileSinkContract {
    private final String out = newRoot() + "/out";

    @Override
    protected FileFormat format() {
      return new JsonFormat();
    }

    @Override
    protected FileStores stores() {
      return stores;
    }

    @Override
    protected String out() {
      return out;
    }

    /** What values come back as is the format's affair, and no other in S3. */
    @Override
    protected boolean readsBackTypes() {
      return false;
    }
  }
}
