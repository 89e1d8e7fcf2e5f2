package dev.sluice.connectors.s3.client;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.utils.DateUtils;

/**
 * How an object becomes visible: by a request that S3 carries out only if there is nothing under
 * that key. A request whose answer got lost is sent again by the client and finds its own object
 * there: each write leaves a mark of its own on its object, and so knows it.
 */
final class Publication {
  private static final String ONLY_IF_ABSENT = "*";
  private static final int TRIES = 5;

  private final Bucket bucket;
  private final S3Location at;
  private final String write;

  Publication(Bucket bucket, S3Location at, String write) {
    this.bucket = bucket;
    this.at = at;
    this.write = write;
  }

  /**
   * The object whole; when it was made, by S3's clock, if S3 told. An object of parts dates from
   * its beginning, of which its end tells nothing.
   */
  Optional<Instant> put(RequestBody body) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        PutObjectResponse answer =
            bucket
                .s3()
                .putObject(
                    request ->
                        request
                            .bucket(at.bucket())
                            .key(at.key())
                            .metadata(Bucket.mark(write))
                            .ifNoneMatch(ONLY_IF_ABSENT)
                            .serverSideEncryption(bucket.encryption())
                            .ssekmsKeyId(bucket.encryptionKey())
                            .requestPayer(bucket.payer()),
                    body);
        return answer.sdkHttpResponse().firstMatchingHeader("Date").flatMap(Publication::time);
      } catch (SdkException e) {
        if (isDone(e)) {
          return Optional.empty();
        }
        // A conflict says that another write or removal was under way, not how it ended.
        if (S3Errors.status(e) != S3Errors.CONFLICT || attempt == TRIES) {
          throw S3Errors.of(bucket, at, e);
        }
      }
    }
  }

  private static Optional<Instant> time(String header) {
    try {
      return Optional.of(DateUtils.parseRfc822Date(header));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Begins an upload in parts; its id. */
  String begin() {
    return bucket
        .s3()
        .createMultipartUpload(
            request ->
                request
                    .bucket(at.bucket())
                    .key(at.key())
                    .metadata(Bucket.mark(write))
                    .serverSideEncryption(bucket.encryption())
                    .ssekmsKeyId(bucket.encryptionKey())
                    .requestPayer(bucket.payer()))
        .uploadId();
  }

  static CompletedPart part(int number, UploadPartResponse sent) {
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(sent.eTag())
        .checksumCRC32(sent.checksumCRC32())
        .build();
  }

  /** Makes an object of the parts. */
  void complete(String upload, List<CompletedPart> parts) throws IOException {
    try {
      bucket
          .s3()
          .completeMultipartUpload(
              request ->
                  request
                      .bucket(at.bucket())
                      .key(at.key())
                      .uploadId(upload)
                      .multipartUpload(all -> all.parts(parts))
                      .ifNoneMatch(ONLY_IF_ABSENT)
                      .requestPayer(bucket.payer()));
    } catch (SdkException e) {
      if (!isDone(e)) {
        throw S3Errors.of(bucket, at, e);
      }
    }
  }

  /**
   * True if the object is there and is that of this write. Throws if somebody else's is there, or
   * if the failure has nothing to do with what is there.
   */
  private boolean isDone(SdkException e) throws IOException {
    int status = S3Errors.status(e);
    // An upload that was completed is not known any more.
    boolean tellsOfObject =
        status == S3Errors.PRECONDITION_FAILED
            || status == S3Errors.CONFLICT
            || status == S3Errors.NOT_FOUND;
    if (!tellsOfObject) {
      throw S3Errors.of(bucket, at, e);
    }
    try {
      var head = S3FileStore.head(bucket, at);
      if (head.isPresent()) {
        if (write.equals(head.get().metadata().get("sluice-write"))) {
          return true;
        }
        throw new FileAlreadyExistsException(at.location());
      }
    } catch (SdkException second) {
      second.addSuppressed(e);
      throw S3Errors.of(bucket, at, second);
    }
    if (status == S3Errors.PRECONDITION_FAILED) {
      // It was there and is gone again.
      throw new FileSystemException(at.location(), null, "another object was there for a moment");
    }
    return false;
  }

  /** Parts that become nothing go. */
  void abandon(String upload) throws IOException {
    try {
      bucket
          .s3()
          .abortMultipartUpload(
              request ->
                  request
                      .bucket(at.bucket())
                      .key(at.key())
                      .uploadId(upload)
                      .requestPayer(bucket.payer()));
    } catch (SdkException e) {
      if (S3Errors.status(e) != S3Errors.NOT_FOUND) {
        throw S3Errors.of(bucket, at, e);
      }
    }
  }
}
