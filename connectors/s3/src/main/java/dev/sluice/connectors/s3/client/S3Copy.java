package dev.sluice.connectors.s3.client;

import dev.sluice.operators.io.Uuids;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Copies an object within S3, whole and only if the key is free: a simple copy would replace. */
final class S3Copy {
  /** S3 copies at most 5 GiB at a time. */
  private static final long PART = 1L << 30;

  private final Bucket from;
  private final S3Location source;
  private final Bucket to;
  private final S3Location target;

  S3Copy(Bucket from, S3Location source, Bucket to, S3Location target) {
    this.from = from;
    this.source = source;
    this.to = to;
    this.target = target;
  }

  void run() throws IOException {
    try {
      HeadObjectResponse head =
          S3FileStore.head(from, source)
              .orElseThrow(() -> new NoSuchFileException(source.location()));
      Publication publication = new Publication(to, target, Uuids.random().toString());
      if (head.contentLength() == 0) {
        publication.put(RequestBody.empty());
        return;
      }
      String upload = publication.begin();
      boolean done = false;
      try {
        publication.complete(upload, copyParts(upload, head));
        done = true;
      } finally {
        if (!done) {
          publication.abandon(upload);
        }
      }
    } catch (SdkException e) {
      throw S3Errors.of(from, source, e);
    }
  }

  private List<CompletedPart> copyParts(String upload, HeadObjectResponse head) {
    List<CompletedPart> parts = new ArrayList<>();
    for (long start = 0; start < head.contentLength(); start += PART) {
      long end = Math.min(head.contentLength(), start + PART) - 1;
      String range = "bytes=" + start + "-" + end;
      int number = parts.size() + 1;
      var copied =
          to.s3()
              .uploadPartCopy(
                  request ->
                      request
                          .sourceBucket(source.bucket())
                          .sourceKey(source.key())
                          .copySourceIfMatch(head.eTag())
                          .copySourceRange(range)
                          .destinationBucket(target.bucket())
                          .destinationKey(target.key())
                          .uploadId(upload)
                          .partNumber(number)
                          .requestPayer(to.payer()))
              .copyPartResult();
      parts.add(
          CompletedPart.builder()
              .partNumber(number)
              .eTag(copied.eTag())
              .checksumCRC32(copied.checksumCRC32())
              .build());
    }
    return parts;
  }
}
