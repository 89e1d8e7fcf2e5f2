package dev.sluice.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** A server that passes over {@code If-None-Match}, as some that speak like S3 do. */
class S3ReplacingServerTest {
  @TempDir Path folder;

  private static final class Replacing extends ForwardingBlobStore {
    Replacing(BlobStore buckets) {
      super(buckets);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
      return super.putBlob(request.toBuilder().ifNoneMatch(null).build(), body);
    }
  }

  /** Wherever the checkpoint is: only what the sink itself asks of its server counts. */
  @Test
  void isRefusedWhenASinkOpens() throws IOException {
    try (S3Server server = S3Server.start(folder, 0, Replacing::new).withBucket("bucket");
        StoreRegistry stores = new StoreRegistry(server.settings())) {
      SinkType type = FormatComponents.sink(FormatComponents.formats().find("json").orElseThrow());
      assertThatThrownBy(
              () ->
                  type.open(
                      Schema.of(new Field("id", AtomicType.BIGINT)),
                      List.of(),
                      OutputMode.APPEND,
                      Options.of(type.options(), Map.of("path", "s3a://bucket/out")),
                      SinkContexts.of("query", stores).build()))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("the server of 's3a://bucket/out' lets an object be created")
          .hasMessageContaining("use a server that honours If-None-Match");
      assertThat(stores.of("s3a://bucket/out").list("s3a://bucket/out")).isEmpty();
    }
  }
}
