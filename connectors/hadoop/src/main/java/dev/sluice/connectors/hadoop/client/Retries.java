package dev.sluice.connectors.hadoop.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Tries again what a name node could not do because it was going down or coming up. Hadoop's client
 * does so by itself for all that a name node says in an orderly way; what is left are failures
 * inside of it.
 */
final class Retries {
  private static final int TRIES = 10;
  private static final long PAUSE_MILLIS = 500;

  private Retries() {}

  @FunctionalInterface
  interface Request<T> {
    T send() throws IOException;
  }

  static <T> T of(Request<T> request) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.send();
      } catch (IOException e) {
        if (attempt == TRIES || !isPassing(e)) {
          throw e;
        }
        pause(PAUSE_MILLIS * attempt);
      }
    }
  }

  /** Errors of the JDK come from the inside of a server; its answers are exceptions of Hadoop. */
  static boolean isPassing(IOException e) {
    return e instanceof RemoteException remote
        && remote.getClassName() != null
        && remote.getClassName().startsWith("java.lang.");
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
