package dev.sluice.connectors.kafka.client;

import org.apache.kafka.common.errors.InterruptException;

/** The end of clients that belong together. */
final class Closing {
  private Closing() {}

  /**
   * Closes each, whatever becomes of the others, and throws the first failure then. Also for a
   * thread that was interrupted: a client that is closed by such a one stays half open.
   */
  static void all(Runnable... closes) {
    boolean interrupted = Thread.interrupted();
    RuntimeException first = null;
    for (Runnable close : closes) {
      try {
        close.run();
      } catch (InterruptException e) {
        // It is the flag that tells.
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first != null) {
      throw first;
    }
  }
}
