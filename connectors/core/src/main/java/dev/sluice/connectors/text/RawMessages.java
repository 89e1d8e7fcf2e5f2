package dev.sluice.connectors.text;

import dev.sluice.operators.data.AtomicType;

/** Messages as the bytes that they are: one binary column. */
public final class RawMessages extends WholeMessages {
  public RawMessages() {
    super("raw", "Messages whose value is left as it is: one binary column.", AtomicType.BINARY);
  }
}
