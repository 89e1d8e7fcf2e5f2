package dev.sluice.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A server that does what it is asked and loses the answer, or half of it. */
class S3FaultsTest {
  private static final int LARGE = 6 << 20;

  @TempDir static Path folder;
  private static Faulty faulty;
  private static S3Server server;
  private static StoreRegistry stores;

  private final FileStore store = stores.of("s3a://bucket/x");

  /** Counts down; what reaches zero fails after it was done. */
  private static final class Faulty extends ForwardingBlobStore {
    final AtomicInteger lostPuts = new AtomicInteger();
    final AtomicInteger lostCompletions = new AtomicInteger();
    final AtomicInteger brokenReads = new AtomicInteger();
    final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

    Faulty(BlobStore buckets) {
      super(buckets);
    }

    private static S3Exception busy() {
      return (S3Exception) S3Exception.builder().statusCode(503).message("lost on the way").build();
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
      PutObjectResponse answer = super.putBlob(request, body);
      if (lostPuts.getAndDecrement() > 0) {
        throw busy();
      }
      return answer;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
        MultipartUpload upload, CompleteMultipartUploadRequest request) {
      CompleteMultipartUploadResponse answer = super.completeMultipartUpload(upload, request);
      if (lostCompletions.getAndDecrement() > 0) {
        throw busy();
      }
      return answer;
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
      ranges.add(String.valueOf(request.range()));
      ResponseInputStream<GetObjectResponse> answer = super.getBlob(request);
      return brokenReads.getAndDecrement() > 0
          ? new ResponseInputStream<>(
              answer.response(), AbortableInputStream.create(new Breaking(answer)))
          : answer;
    }
  }

  /** Breaks after some kilobytes. */
  private static final class Breaking extends FilterInputStream {
    private int left = 100_000;

    Breaking(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("broken");
      }
      int read = super.read(into, offset, Math.min(length, left));
      left -= read;
      return read;
    }
  }

  @BeforeAll
  static void start() {
    server =
        S3Server.start(
                folder,
                0,
                buckets -> {
                  faulty = new Faulty(buckets);
                  return faulty;
                })
            .withBucket("bucket");
    Map<String, String> options = server.options();
    options.put(S3StoreType.PART_SIZE, String.valueOf(5 << 20));
    options.put(S3StoreType.ATTEMPTS, "4");
    stores = new StoreRegistry(new StoreSettings(options));
  }

  @AfterAll
  static void stop() {
    stores.close();
    server.close();
  }

  @BeforeEach
  void nothingFails() {
    faulty.lostPuts.set(0);
    faulty.lostCompletions.set(0);
    faulty.brokenReads.set(0);
    faulty.ranges.clear();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void writeWhoseAnswerGotLostIsKnownAgain() throws IOException {
    faulty.lostPuts.set(2);
    store.write("s3a://bucket/lost/small", bytes(10));
    assertThat(faulty.lostPuts.get()).as("the answer was lost").isLessThanOrEqualTo(1);
    assertThat(store.readAll("s3a://bucket/lost/small")).isEqualTo(bytes(10));
    assertThatThrownBy(() -> store.write("s3a://bucket/lost/small", bytes(11)))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void largeWriteWhoseAnswerGotLostIsKnownAgain() throws IOException {
    faulty.lostCompletions.set(1);
    store.write("s3a://bucket/lost/large", bytes(LARGE));
    assertThat(faulty.lostCompletions.get()).as("the answer was lost").isLessThanOrEqualTo(0);
    assertThat(store.readAll("s3a://bucket/lost/large")).isEqualTo(bytes(LARGE));
  }

  @Test
  void brokenDownloadGoesOnWhereItBroke() throws IOException {
    store.write("s3a://bucket/broken", bytes(LARGE));
    faulty.brokenReads.set(3);
    byte[] read = new byte[LARGE];
    try (FileInput in = store.open("s3a://bucket/broken")) {
      in.readFully(0, read, 0, LARGE);
    }
    assertThat(faulty.brokenReads.get()).as("downloads broke").isLessThanOrEqualTo(0);
    assertThat(read).isEqualTo(bytes(LARGE));
  }

  @Test
  void objectThatIsReplacedWhileItIsReadIsNoticed() throws IOException {
    String location = "s3a://bucket/replaced";
    store.write(location, bytes(LARGE));
    try (FileInput in = store.open(location)) {
      in.readFully(0, new byte[10], 0, 10);
      store.writeLoosely(location, bytes(LARGE - 1));
      assertThatThrownBy(() -> in.readFully(LARGE / 2, new byte[10], 0, 10))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("replaced while it was being read");
    }
  }

  @Test
  void jumpsFetchWhatIsAskedForAndTheTailOnce() throws IOException {
    store.write("s3a://bucket/ranges", bytes(LARGE));
    try (FileInput in = store.open("s3a://bucket/ranges")) {
      // As a reader of Parquet does: the end, the footer, some columns.
      in.readFully(LARGE - 8, new byte[8], 0, 8);
      in.readFully(LARGE - 5000, new byte[4992], 0, 4992);
      in.readFully(1_000_000, new byte[700_000], 0, 700_000);
      in.readFully(4_000_000, new byte[100], 0, 100);
    }
    assertThat(faulty.ranges)
        .containsExactly(
            "bytes=" + (LARGE - 65536) + "-" + (LARGE - 1),
            "bytes=1000000-1699999",
            "bytes=4000000-" + (4_000_000 + 262_143));
  }

  @Test
  void readingOnTakesFewRequests() throws IOException {
    store.write("s3a://bucket/stream", bytes(LARGE));
    byte[] buffer = new byte[65536];
    try (FileInput in = store.open("s3a://bucket/stream")) {
      for (long at = 0, read = 1; read > 0; at += read) {
        read = in.read(at, buffer, 0, buffer.length);
      }
    }
    assertThat(faulty.ranges).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void refusalsSayWhat() {
    Map<String, String> options = server.options();
    options.put(S3StoreType.SECRET_KEY, "wrong");
    try (StoreRegistry others = new StoreRegistry(new StoreSettings(options))) {
      assertThatThrownBy(() -> others.of("s3a://bucket/x").readAll("s3a://bucket/x"))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("access refused by S3 (SignatureDoesNotMatch)");
    }
    assertThatThrownBy(() -> store.list("s3a://nowhere/x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("there is no bucket 'nowhere'");
    assertThatThrownBy(() -> store.write("s3a://nowhere/x", new byte[1]))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("there is no bucket 'nowhere'");
  }
}
