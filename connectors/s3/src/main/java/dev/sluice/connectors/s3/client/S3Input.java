package dev.sluice.connectors.s3.client;

import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * An object open for reading, by requests for ranges. Who reads on gets ever longer ranges, so that
 * a long file costs few requests; who jumps gets what was asked for. The end of the file, where
 * Parquet keeps its footer, is fetched once. All requests ask for the same version of the object:
 * that of the first answer.
 */
final class S3Input implements FileInput {
  private static final int TAIL = 64 << 10;
  private static final int FIRST = 256 << 10;
  private static final int LONGEST = 64 << 20;

  /** So much is rather read and dropped than asked for anew. */
  private static final int SKIP = 128 << 10;

  /** Of a connection that breaks off in the middle of an answer. */
  private static final RetryPolicy PATIENCE = RetryPolicy.times(4, 200, 2_000);

  private final Bucket bucket;
  private final S3Location at;
  private final long length;
  private final Retries retries;

  /** Null until the first answer, of an object that a listing told of. */
  private @Nullable String version;

  private @Nullable ResponseInputStream<GetObjectResponse> range;
  private long position;
  private long end;
  private int window = FIRST;
  private byte @Nullable [] tail;

  private S3Input(Bucket bucket, S3Location at, long length, @Nullable String version) {
    this.bucket = bucket;
    this.at = at;
    this.length = length;
    this.version = version;
    this.retries = new Retries(PATIENCE, Clock.SYSTEM, bucket.tally());
  }

  static S3Input open(Bucket bucket, S3Location at) throws IOException {
    try {
      HeadObjectResponse head =
          S3FileStore.head(bucket, at).orElseThrow(() -> new NoSuchFileException(at.location()));
      return new S3Input(bucket, at, head.contentLength(), head.eTag());
    } catch (SdkException e) {
      throw S3Errors.of(bucket, at, e);
    }
  }

  /** An object that was listed with this length: it is not asked for before it is read. */
  static S3Input listed(Bucket bucket, S3Location at, long length) {
    return new S3Input(bucket, at, length, null);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long from, byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (from >= length) {
      return -1;
    }
    return retries.call(
        "reading '" + at.location() + "'",
        () -> {
          try {
            return readOnce(from, into, offset, count);
          } catch (IOException e) {
            drop();
            throw e;
          }
        },
        S3Input::passing);
  }

  /** What S3 answered it would answer again, and its client has tried already. */
  private static Optional<Retries.Passing> passing(Exception e) {
    boolean cut =
        e instanceof SocketTimeoutException
            || e instanceof IOException
                && !(e instanceof InterruptedIOException)
                && !(e instanceof FileSystemException);
    return cut
        ? Optional.of(new Retries.Passing(String.valueOf(e.getMessage())))
        : Optional.empty();
  }

  private int readOnce(long from, byte[] into, int offset, int count) throws IOException {
    long tailStart = Math.max(0, length - TAIL);
    if (from >= tailStart && (range == null || from != position)) {
      byte[] bytes = tail(tailStart);
      int available = (int) Math.min(count, length - from);
      System.arraycopy(bytes, (int) (from - tailStart), into, offset, available);
      return available;
    }
    ResponseInputStream<GetObjectResponse> in = rangeAt(from, count);
    int read = in.read(into, offset, (int) Math.min(count, end - position));
    if (read < 0) {
      throw new IOException("the connection ended " + (end - position) + " bytes early");
    }
    position += read;
    if (position == end) {
      in.close();
      range = null;
    }
    return read;
  }

  private byte[] tail(long start) throws IOException {
    byte[] known = tail;
    if (known == null) {
      try (ResponseInputStream<GetObjectResponse> in = get(start, length)) {
        known = in.readNBytes((int) (length - start));
      }
      if (known.length < length - start) {
        throw new IOException("the connection ended early");
      }
      tail = known;
    }
    return known;
  }

  private ResponseInputStream<GetObjectResponse> rangeAt(long from, int count) throws IOException {
    ResponseInputStream<GetObjectResponse> in = range;
    if (in != null && from != position) {
      if (from > position && from < end && from - position <= SKIP) {
        in.skipNBytes(from - position);
        position = from;
      } else {
        drop();
        in = null;
      }
    }
    if (in == null) {
      // The end of the last range stays known, to tell reading on from jumping.
      window = from == end ? Math.min(LONGEST, window * 4) : FIRST;
      long to = Math.min(length, from + Math.max(window, count));
      in = get(from, to);
      range = in;
      position = from;
      end = to;
    }
    return in;
  }

  private ResponseInputStream<GetObjectResponse> get(long from, long to) throws IOException {
    String known = version;
    ResponseInputStream<GetObjectResponse> answer;
    try {
      answer =
          bucket
              .s3()
              .getObject(
                  request ->
                      request
                          .bucket(at.bucket())
                          .key(at.key())
                          .range("bytes=" + from + "-" + (to - 1))
                          .ifMatch(known)
                          .requestPayer(bucket.payer()));
    } catch (SdkException e) {
      int status = S3Errors.status(e);
      if (status == S3Errors.PRECONDITION_FAILED || status == S3Errors.NO_SUCH_RANGE) {
        throw replaced(known == null);
      }
      throw S3Errors.of(bucket, at, e);
    }
    if (known == null) {
      String range = answer.response().contentRange();
      // A server may answer a range that is the whole object with the whole object.
      boolean whole =
          range == null
              && from == 0
              && to == length
              && Long.valueOf(length).equals(answer.response().contentLength());
      if (!whole && (range == null || !range.endsWith("/" + length))) {
        answer.abort();
        throw replaced(true);
      }
      version = answer.response().eTag();
    }
    return answer;
  }

  private FileSystemException replaced(boolean sinceListed) {
    return new FileSystemException(
        at.location(),
        null,
        sinceListed
            ? "it was replaced after it was listed, with " + length + " bytes"
            : "it was replaced while it was being read");
  }

  /** Gives up a range in the middle; what is on its way is not waited for. */
  private void drop() {
    ResponseInputStream<GetObjectResponse> in = range;
    range = null;
    if (in != null) {
      in.abort();
    }
  }

  @Override
  public void close() {
    drop();
  }
}
