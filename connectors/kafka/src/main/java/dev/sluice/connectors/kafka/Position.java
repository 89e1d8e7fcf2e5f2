package dev.sluice.connectors.kafka;

import dev.sluice.operators.component.Options;

/** Where reading starts or ends, as the options say. */
public sealed interface Position {
  /** The oldest record there is. */
  record Earliest() implements Position {}

  /** Behind the newest record. */
  record Latest() implements Position {}

  /** These offsets; {@code -1} latest, {@code -2} earliest. */
  record Exactly(PartitionOffsets offsets) implements Position {}

  /** At the first record of this time or later, in each partition. */
  record At(long millis) implements Position {}

  /** At the first record of the partition's time or later. */
  record AtEach(PartitionOffsets millis) implements Position {}

  /**
   * The start; a time for all wins over times, and these over offsets. Throws {@link
   * IllegalArgumentException} saying what is wrong.
   */
  static Position start(Options options, boolean streaming) {
    if (options.isGiven("startingTimestamp")) {
      return new At(options.number("startingTimestamp"));
    }
    if (options.isGiven("startingOffsetsByTimestamp")) {
      return new AtEach(PartitionOffsets.parse(options.text("startingOffsetsByTimestamp")));
    }
    return offsets(options, "startingOffsets", streaming ? new Latest() : new Earliest());
  }

  /** The end of a table. */
  static Position end(Options options) {
    if (options.isGiven("endingTimestamp")) {
      return new At(options.number("endingTimestamp"));
    }
    if (options.isGiven("endingOffsetsByTimestamp")) {
      return new AtEach(PartitionOffsets.parse(options.text("endingOffsetsByTimestamp")));
    }
    return offsets(options, "endingOffsets", new Latest());
  }

  private static Position offsets(Options options, String name, Position otherwise) {
    if (!options.isGiven(name)) {
      return otherwise;
    }
    String text = options.text(name).trim();
    if (text.equalsIgnoreCase("earliest")) {
      return new Earliest();
    }
    if (text.equalsIgnoreCase("latest")) {
      return new Latest();
    }
    if (!text.startsWith("{")) {
      throw new IllegalArgumentException(
          "neither 'earliest' nor 'latest' nor JSON such as {\"topic\":{\"0\":23}}");
    }
    PartitionOffsets offsets = PartitionOffsets.parse(text);
    for (long offset : offsets.asMap().values()) {
      if (offset < PartitionOffsets.EARLIEST) {
        throw new IllegalArgumentException(offset + " is no offset; -2 is earliest, -1 latest");
      }
    }
    return new Exactly(offsets);
  }
}
