package dev.sluice.connectors.s3.client;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.UriPaths;
import dev.sluice.operators.io.Uuids;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects as files. An object comes into being whole, by one request that fails if its key is taken
 * ({@code If-None-Match: *}); there are no folders, only keys that go on behind a slash.
 */
final class S3FileStore implements FileStore {
  private final String scheme;
  private final Buckets buckets;

  S3FileStore(String scheme, Buckets buckets) {
    this.scheme = scheme;
    this.buckets = buckets;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    S3Location at = S3Location.of(directory);
    Bucket bucket = buckets.of(at.bucket());
    String prefix = at.prefix();
    List<FileStatus> found = new ArrayList<>();
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(at.bucket())
            .prefix(prefix)
            .delimiter("/")
            .requestPayer(bucket.payer())
            .build();
    try {
      for (ListObjectsV2Response page : bucket.s3().listObjectsV2Paginator(request)) {
        for (CommonPrefix folder : page.commonPrefixes()) {
          String name = folder.prefix().substring(prefix.length(), folder.prefix().length() - 1);
          if (!name.isEmpty()) {
            found.add(FileStatus.folder(at.child(name)));
          }
        }
        for (S3Object object : page.contents()) {
          // The key of the folder itself is what some tools leave to mark an empty one.
          if (object.key().length() > prefix.length()) {
            found.add(
                new FileStatus(
                    at.child(object.key().substring(prefix.length())),
                    object.size(),
                    object.lastModified().toEpochMilli(),
                    false));
          }
        }
      }
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
    return found;
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    S3Location at = S3Location.of(location);
    Bucket bucket = buckets.of(at.bucket());
    try {
      if (!at.key().isEmpty()) {
        Optional<HeadObjectResponse> head = head(bucket, at);
        if (head.isPresent()) {
          return Optional.of(
              new FileStatus(
                  location,
                  head.get().contentLength(),
                  head.get().lastModified().toEpochMilli(),
                  false));
        }
      }
      boolean anythingBelow =
          bucket
              .s3()
              .listObjectsV2(
                  request ->
                      request
                          .bucket(at.bucket())
                          .prefix(at.prefix())
                          .maxKeys(1)
                          .requestPayer(bucket.payer()))
              .hasContents();
      return anythingBelow || at.key().isEmpty()
          ? Optional.of(FileStatus.folder(location))
          : Optional.empty();
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
  }

  /** What S3 says of an object; empty when absent. */
  static Optional<HeadObjectResponse> head(Bucket bucket, S3Location at) {
    try {
      return Optional.of(
          bucket
              .s3()
              .headObject(
                  request ->
                      request.bucket(at.bucket()).key(at.key()).requestPayer(bucket.payer())));
    } catch (SdkException e) {
      if (S3Errors.status(e) == S3Errors.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public FileInput open(String location) throws IOException {
    S3Location at = S3Location.of(location);
    return S3Input.open(buckets.of(at.bucket()), at);
  }

  /** Costs no request of its own: the listing told the length. */
  @Override
  public FileInput open(FileStatus file) throws IOException {
    S3Location at = S3Location.of(file.location());
    return S3Input.listed(buckets.of(at.bucket()), at, file.length());
  }

  @Override
  public byte[] readAll(String location) throws IOException {
    S3Location at = S3Location.of(location);
    Bucket bucket = buckets.of(at.bucket());
    try {
      return bucket
          .s3()
          .getObjectAsBytes(
              request -> request.bucket(at.bucket()).key(at.key()).requestPayer(bucket.payer()))
          .asByteArrayUnsafe();
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
  }

  @Override
  public FileOutput create(String location) throws IOException {
    S3Location at = S3Location.of(location);
    return new S3Output(buckets.of(at.bucket()), at);
  }

  @Override
  public void writeLoosely(String location, byte[] bytes) throws IOException {
    S3Location at = S3Location.of(location);
    Bucket bucket = buckets.of(at.bucket());
    try {
      bucket
          .s3()
          .putObject(
              request ->
                  request
                      .bucket(at.bucket())
                      .key(at.key())
                      .serverSideEncryption(bucket.encryption())
                      .ssekmsKeyId(bucket.encryptionKey())
                      .requestPayer(bucket.payer()),
              RequestBody.fromBytes(bytes));
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
  }

  @Override
  public void delete(String location) throws IOException {
    S3Location at = S3Location.of(location);
    Bucket bucket = buckets.of(at.bucket());
    try {
      bucket
          .s3()
          .deleteObject(
              request -> request.bucket(at.bucket()).key(at.key()).requestPayer(bucket.payer()));
    } catch (SdkException e) {
      if (S3Errors.status(e) != S3Errors.NOT_FOUND) {
        throw S3Errors.of(bucket, at, e);
      }
    }
  }

  /** Only writing tells: puts an empty object beside what would be written, and deletes it. */
  @Override
  public void requireWritable(String directory) throws IOException {
    String probe = S3Location.of(directory).child(".sluice-probe-" + Uuids.random());
    writeLoosely(probe, new byte[0]);
    delete(probe);
  }

  /** Servers that pass over {@code If-None-Match} are found out by creating an object twice. */
  @Override
  public void requireExclusive(String directory) throws IOException {
    String probe = S3Location.of(directory).child(".sluice-probe-" + Uuids.random());
    write(probe, new byte[0]);
    try {
      write(probe, new byte[0]);
    } catch (FileAlreadyExistsException e) {
      return;
    } finally {
      delete(probe);
    }
    throw new PipelineException(
        "store-not-exclusive",
        "the server of '"
            + directory
            + "' lets an object be created that is there already (no conditional writes), so that"
            + " an output there would not be safe; use a server that honours If-None-Match");
  }

  @Override
  public void move(String from, String to) throws IOException {
    if (status(to).isPresent()) {
      throw new FileAlreadyExistsException(to);
    }
    S3Location source = S3Location.of(from);
    S3Location target = S3Location.of(to);
    new S3Copy(buckets.of(source.bucket()), source, buckets.of(target.bucket()), target).run();
    delete(from);
  }

  @Override
  public Retried retried(String location) {
    try {
      return buckets.of(S3Location.of(location).bucket()).tally().retried();
    } catch (IOException e) {
      return Retried.NEVER;
    }
  }

  @Override
  public String toUri(String location) {
    int path = UriPaths.pathStart(location);
    return location.substring(0, path) + UriPaths.quote(location.substring(path));
  }

  @Override
  public String fromUri(String uri) {
    int path = UriPaths.pathStart(uri);
    return uri.substring(0, path) + UriPaths.unquote(uri.substring(path));
  }
}
