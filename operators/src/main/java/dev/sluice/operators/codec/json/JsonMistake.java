package dev.sluice.operators.codec.json;

/** Bytes that are no JSON. Thrown once a bad record, so without a stack trace. */
final class JsonMistake extends RuntimeException {
  private final int at;

  JsonMistake(String message, int at) {
    super(message, null, false, false);
    this.at = at;
  }

  /** The index in the array at which reading stopped. */
  public int at() {
    return at;
  }
}
