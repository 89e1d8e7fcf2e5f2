package dev.sluice.connectors.text;

import dev.sluice.operators.data.AtomicType;

/** Messages that are a text each: one column of strings. */
public final class TextMessages extends WholeMessages {
  public TextMessages() {
    super("text", "Messages whose value is a text: one string column.", AtomicType.STRING);
  }
}
