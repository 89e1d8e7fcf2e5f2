package dev.sluice.connectors.kinesis;

import java.util.Optional;

/**
 * A place in a shard, in the words of Kinesis: {@code TRIM_HORIZON}, {@code AT_TIMESTAMP:millis},
 * {@code AFTER_SEQUENCE_NUMBER:number} or {@code SHARD_END}.
 *
 * @param number of the last record read, or empty
 * @param millis the place of {@code AT_TIMESTAMP}; of {@code AFTER_SEQUENCE_NUMBER} the time up to
 *     which the shard is known to be read
 */
public record Position(Kind kind, String number, long millis) {
  /** What is known of the place. */
  public enum Kind {
    TRIM_HORIZON,
    AT_TIMESTAMP,
    AFTER_SEQUENCE_NUMBER,
    SHARD_END
  }

  /** The oldest record that is there. */
  public static final Position TRIM_HORIZON = new Position(Kind.TRIM_HORIZON, "", 0);

  /** The shard is closed, and read to its end. */
  public static final Position SHARD_END = new Position(Kind.SHARD_END, "", 0);

  public static Position at(long millis) {
    return new Position(Kind.AT_TIMESTAMP, "", millis);
  }

  /** Behind a record; everything that came before {@code millis} is read too. */
  public static Position after(String number, long millis) {
    return new Position(Kind.AFTER_SEQUENCE_NUMBER, number, millis);
  }

  public boolean isEnd() {
    return kind == Kind.SHARD_END;
  }

  /** When the shard was read last, if that is known. */
  public Optional<Long> readUntil() {
    return kind == Kind.AT_TIMESTAMP || kind == Kind.AFTER_SEQUENCE_NUMBER
        ? Optional.of(millis)
        : Optional.empty();
  }

  /** True if a record, by its sequence number, lies at this place or before it. */
  public boolean reaches(String sequenceNumber) {
    return isEnd() || kind == Kind.AFTER_SEQUENCE_NUMBER && compare(sequenceNumber, number) <= 0;
  }

  /** The same place, whenever it was read. */
  public boolean isSamePlace(Position other) {
    return kind == other.kind
        && (kind == Kind.AT_TIMESTAMP ? millis == other.millis : number.equals(other.number));
  }

  /** Orders sequence numbers: they have up to 129 digits, and no leading zeros. */
  public static int compare(String one, String other) {
    return one.length() == other.length()
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }

  String text() {
    return switch (kind) {
      case TRIM_HORIZON, SHARD_END -> kind.name();
      case AT_TIMESTAMP -> kind.name() + ":" + millis;
      case AFTER_SEQUENCE_NUMBER -> kind.name() + ":" + number + ":" + millis;
    };
  }

  /** Throws {@link IllegalArgumentException} if it is none. */
  static Position parse(String text) {
    String[] parts = text.split(":", -1);
    Kind kind = Kind.valueOf(parts[0]);
    int expected =
        switch (kind) {
          case TRIM_HORIZON, SHARD_END -> 1;
          case AT_TIMESTAMP -> 2;
          case AFTER_SEQUENCE_NUMBER -> 3;
        };
    if (parts.length != expected) {
      throw new IllegalArgumentException("'" + text + "' is no position in a shard");
    }
    return switch (kind) {
      case TRIM_HORIZON -> TRIM_HORIZON;
      case SHARD_END -> SHARD_END;
      case AT_TIMESTAMP -> at(Long.parseLong(parts[1]));
      case AFTER_SEQUENCE_NUMBER -> after(parts[1], Long.parseLong(parts[2]));
    };
  }
}
