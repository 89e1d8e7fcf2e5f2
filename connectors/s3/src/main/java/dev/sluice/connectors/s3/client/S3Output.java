package dev.sluice.connectors.s3.client;

import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.Uuids;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * An object being written. Small ones are sent whole at the commit; large ones part by part as they
 * grow, and the commit puts the parts together. Either way one conditional request makes the object
 * visible.
 */
final class S3Output implements FileOutput {
  /** S3 takes 10,000 parts: they grow so that no object is too long. */
  private static final int PARTS_OF_ONE_SIZE = 1000;

  private final Bucket bucket;
  private final S3Location at;
  private final Publication publication;
  private final Spool spool;
  private final List<CompletedPart> parts = new ArrayList<>();
  private @Nullable String upload;
  private long position;
  private boolean committed;
  private Optional<Instant> modified = Optional.empty();

  S3Output(Bucket bucket, S3Location at) {
    this.bucket = bucket;
    this.at = at;
    this.publication = new Publication(bucket, at, Uuids.random().toString());
    this.spool = new Spool(bucket.bufferFolder());
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      long room = partBytes() - spool.size();
      int count = (int) Math.min(left, room);
      spool.write(bytes, from, count);
      from += count;
      left -= count;
      if (count == room) {
        send();
      }
    }
    position += length;
  }

  private long partBytes() {
    return (long) bucket.partBytes() * (1 + parts.size() / PARTS_OF_ONE_SIZE);
  }

  @Override
  public long position() {
    return position;
  }

  private void send() throws IOException {
    try {
      String id = upload;
      if (id == null) {
        id = publication.begin();
        upload = id;
      }
      String known = id;
      int number = parts.size() + 1;
      UploadPartResponse sent =
          bucket
              .s3()
              .uploadPart(
                  request ->
                      request
                          .bucket(at.bucket())
                          .key(at.key())
                          .uploadId(known)
                          .partNumber(number)
                          .requestPayer(bucket.payer()),
                  spool.body());
      parts.add(Publication.part(number, sent));
      spool.clear();
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
  }

  /** Sends the last part of a large object. A small one waits in a few kilobytes of memory. */
  @Override
  public void seal() throws IOException {
    if (upload != null && spool.size() > 0) {
      send();
    }
  }

  @Override
  public void commit() throws IOException {
    seal();
    String id = upload;
    if (id == null) {
      modified = publication.put(spool.body());
    } else {
      publication.complete(id, parts);
    }
    committed = true;
  }

  @Override
  public Optional<FileStatus> committed() {
    return modified.map(
        time -> new FileStatus(at.location(), position, time.toEpochMilli(), false));
  }

  @Override
  public void close() throws IOException {
    spool.close();
    String id = upload;
    if (id != null && !committed) {
      upload = null;
      publication.abandon(id);
    }
  }
}
