package dev.sluice.connectors.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request and its answer within a time and a size. The timeout of the JDK's requests ends with
 * the headers of the answer: a body that never ends would be waited for, and kept, for ever.
 */
public final class Exchange {
  /** The client's own words for what took too long come first. */
  private static final long GRACE_MILLIS = 250;

  private Exchange() {}

  /**
   * Sends a request and takes the answer.
   *
   * @param timeoutMillis how long all of it may take
   * @param mostBytes so much of the body is kept; of what is longer the rest is not waited for
   * @throws IOException as {@link HttpClient#send}; {@link HttpTimeoutException} if the answer has
   *     not ended within the time
   */
  public static HttpResponse<byte[]> send(
      HttpClient client, HttpRequest request, long timeoutMillis, int mostBytes)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, head -> new Bounded(mostBytes));
    try {
      return answer.get(timeoutMillis + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("the answer did not end within the time");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      // Of no effect once there is an answer; else it ends the connection.
      answer.cancel(true);
    }
  }

  /** Keeps the beginning of a body, and does without the rest. */
  private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final int most;
    private byte[] bytes = {};
    private Flow.Subscription subscription =
        new Flow.Subscription() {
          @Override
          public void request(long count) {}

          @Override
          public void cancel() {}
        };

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        int more = Math.min(buffer.remaining(), most - bytes.length);
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, before + more);
        buffer.get(bytes, before, more);
      }
      if (bytes.length == most) {
        subscription.cancel();
        body.complete(bytes);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes);
    }
  }
}
