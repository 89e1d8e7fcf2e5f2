package dev.sluice.connectors;

/** How much a source may put into one batch. */
public enum ReadLimit {
  /** As the source's own options say ({@code maxFilesPerTrigger}, ...). */
  CONFIGURED,
  /** Everything there is: trigger {@code once}. */
  ALL
}
