package dev.sluice.connectors.receiver;

/**
 * Something that came.
 *
 * @param micros when, in microseconds since 1970
 * @param attributes what else is known of it, in the connector's own form
 * @param payload what was sent
 */
public record Received(long micros, byte[] attributes, byte[] payload) {
  /** About how much memory it takes. */
  long bytes() {
    return 64L + attributes.length + payload.length;
  }
}
