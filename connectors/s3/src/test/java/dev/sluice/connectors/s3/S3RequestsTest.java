package dev.sluice.connectors.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Requests cost money and time: a file that was listed takes one, to be read. */
class S3RequestsTest {
  private static final int FILES = 20;
  private static final Schema SCHEMA = Schema.of(new Field("id", AtomicType.BIGINT));

  @TempDir Path folder;
  private Counting counted;
  private S3Server server;
  private StoreRegistry stores;
  private FileStore store;

  private static final class Counting extends ForwardingBlobStore {
    final AtomicInteger heads = new AtomicInteger();
    final AtomicInteger gets = new AtomicInteger();
    final AtomicInteger lists = new AtomicInteger();

    Counting(BlobStore buckets) {
      super(buckets);
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
      heads.incrementAndGet();
      return super.blobMetadata(request);
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
      gets.incrementAndGet();
      return super.getBlob(request);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
      lists.incrementAndGet();
      return super.list(request);
    }

    /** {@code HEAD, GET, LIST} since the last time. */
    List<Integer> take() {
      return List.of(heads.getAndSet(0), gets.getAndSet(0), lists.getAndSet(0));
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        S3Server.start(
                folder.resolve("buckets"),
                0,
                buckets -> {
                  counted = new Counting(buckets);
                  return counted;
                })
            .withBucket("bucket");
    stores = new StoreRegistry(new StoreSettings(server.options()));
    store = stores.of("s3a://bucket/in");
    for (int file = 0; file < FILES; file++) {
      put(file);
    }
    counted.take();
  }

  @AfterEach
  void stop() {
    stores.close();
    server.close();
  }

  private void put(int file) throws IOException {
    store.write(location(file), ("{\"id\":" + file + "}\n").getBytes(UTF_8));
  }

  private static String location(int file) {
    return "s3a://bucket/in/f" + file + ".json";
  }

  private Source source() {
    SourceType type =
        FormatComponents.source(FormatComponents.formats().find("json").orElseThrow());
    return type.open(
        Options.of(type.options(), Map.of("path", "s3a://bucket/in")),
        Optional.of(SCHEMA),
        new SourceContext(
            "in",
            stores,
            Clock.SYSTEM,
            folder.resolve("log").toString(),
            folder.toString(),
            2,
            Session.DEFAULT));
  }

  private static List<String> read(Source source, Offset from, Offset to) {
    List<String> rows = new ArrayList<>();
    for (Split split : source.splits(from, to)) {
      rows.addAll(Rows.read(split, new ScanRequest(SCHEMA, List.of(), 100)));
    }
    return rows;
  }

  @Test
  void fileThatWasListedTakesOneRequest() throws IOException {
    try (Source source = source()) {
      Offset first = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
      counted.take();
      assertThat(read(source, Offset.NONE, first)).hasSize(FILES);
      assertThat(counted.take()).containsExactly(0, FILES, 0);
      put(FILES);
      counted.take();
      Offset second = source.latestOffset(first, ReadLimit.CONFIGURED);
      assertThat(counted.take()).as("a folder that is known is listed").containsExactly(0, 0, 1);
      assertThat(read(source, first, second)).hasSize(1);
      assertThat(counted.take()).containsExactly(0, 1, 0);
    }
  }

  @Test
  void fileThatWasReplacedOrDeletedAfterItWasListedIsNoticed() throws IOException {
    try (Source source = source()) {
      Offset first = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
      store.writeLoosely(location(3), "{\"id\":3}\n{\"id\":4}\n".getBytes(UTF_8));
      assertThatThrownBy(() -> read(source, Offset.NONE, first))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("f3.json")
          .hasMessageContaining("it was replaced after it was listed, with 9 bytes");
      store.delete(location(3));
      assertThatThrownBy(() -> read(source, Offset.NONE, first))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("f3.json");
    }
  }
}
