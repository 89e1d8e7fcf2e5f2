package dev.sluice.operators.time;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves microseconds between UTC and the wall clock of one time zone. A fixed offset is one
 * addition; elsewhere the stretch between two changes of the clock is remembered, so that a column
 * of times asks the zone's rules hardly ever. Thread-safe.
 *
 * <p>A wall-clock time that occurs twice means the earlier instant; one that is skipped is moved
 * later by the length of the gap: java.time's rule, and so Spark's.
 */
public final class ZoneShift {
  private static final long SECOND = 1_000_000L;
  private static final int SLOTS = 256;
  // About 49 days a slot: a change of the clock falls into one slot in four.
  private static final int SLOT_SHIFT = 22;
  private static final ConcurrentHashMap<ZoneId, ZoneShift> KNOWN = new ConcurrentHashMap<>();

  private final ZoneId zone;
  private final boolean fixed;
  private final long fixedMicros;
  private final ZoneRules rules;
  // Racing threads store equal, immutable stretches; the arrays are only caches.
  private final @Nullable Stretch[] byInstant;
  private final @Nullable Stretch[] byLocal;

  /** Where one offset holds: seconds of UTC or of the wall clock, end exclusive. */
  private record Stretch(long from, long until, int offsetSeconds) {
    boolean holds(long second) {
      return second >= from && second < until;
    }
  }

  private ZoneShift(ZoneId zone) {
    this.zone = zone;
    this.rules = zone.getRules();
    this.fixed = rules.isFixedOffset();
    this.fixedMicros = fixed ? rules.getOffset(Instant.EPOCH).getTotalSeconds() * SECOND : 0L;
    this.byInstant = new Stretch[fixed ? 0 : SLOTS];
    this.byLocal = new Stretch[fixed ? 0 : SLOTS];
  }

  /** The shift of a zone; kept for ever, as zones are few. */
  public static ZoneShift of(ZoneId zone) {
    ZoneShift known = KNOWN.get(zone);
    return known != null ? known : KNOWN.computeIfAbsent(zone, ZoneShift::new);
  }

  public ZoneId zone() {
    return zone;
  }

  /** True if the offset never changes. */
  public boolean isFixed() {
    return fixed;
  }

  /** The wall clock at an instant. Throws ArithmeticException where that leaves {@code long}. */
  public long toLocal(long micros) {
    if (fixed) {
      return Math.addExact(micros, fixedMicros);
    }
    return Math.addExact(micros, offsetSeconds(Math.floorDiv(micros, SECOND)) * SECOND);
  }

  /**
   * The instant of a wall-clock time. Throws ArithmeticException where that leaves {@code long}.
   */
  public long fromLocal(long local) {
    if (fixed) {
      return Math.subtractExact(local, fixedMicros);
    }
    return Math.subtractExact(local, localOffsetSeconds(Math.floorDiv(local, SECOND)) * SECOND);
  }

  /**
   * As {@link #fromLocal}, but of a time that occurs twice the one with the offset that holds at
   * {@code near}: java.time's rule for moving a time by days or months.
   */
  public long fromLocalNear(long local, long near) {
    if (!fixed) {
      int offset = offsetSeconds(Math.floorDiv(near, SECOND));
      long candidate = Math.subtractExact(local, offset * SECOND);
      if (offsetSeconds(Math.floorDiv(candidate, SECOND)) == offset) {
        return candidate;
      }
    }
    return fromLocal(local);
  }

  /** Seconds that the wall clock is ahead of UTC at a second since 1970. */
  public int offsetSeconds(long epochSecond) {
    if (fixed) {
      return (int) (fixedMicros / SECOND);
    }
    int slot = (int) (epochSecond >> SLOT_SHIFT) & (SLOTS - 1);
    Stretch stretch = byInstant[slot];
    if (stretch == null || !stretch.holds(epochSecond)) {
      stretch = stretchAt(epochSecond);
      byInstant[slot] = stretch;
    }
    return stretch.offsetSeconds;
  }

  private int localOffsetSeconds(long localSecond) {
    int slot = (int) (localSecond >> SLOT_SHIFT) & (SLOTS - 1);
    Stretch stretch = byLocal[slot];
    if (stretch == null || !stretch.holds(localSecond)) {
      stretch = localStretchAt(localSecond);
      byLocal[slot] = stretch;
    }
    return stretch.offsetSeconds;
  }

  private Stretch stretchAt(long second) {
    Instant at = Instant.ofEpochSecond(second);
    ZoneOffsetTransition before = rules.previousTransition(at.plusNanos(1));
    ZoneOffsetTransition after = rules.nextTransition(at);
    return new Stretch(
        before == null ? Long.MIN_VALUE : before.toEpochSecond(),
        after == null ? Long.MAX_VALUE : after.toEpochSecond(),
        rules.getOffset(at).getTotalSeconds());
  }

  /**
   * Gap or overlap, the offset before a change holds until the later of the two wall-clock times
   * that the change joins.
   */
  private Stretch localStretchAt(long localSecond) {
    Stretch stretch = stretchAt(localSecond);
    // The offset differs from UTC by a day at most: the neighbours are the only candidates.
    for (int step = 0; step < 4; step++) {
      long from = joins(stretch.from);
      long until = joins(stretch.until);
      if (localSecond < from) {
        stretch = stretchAt(stretch.from - 1);
      } else if (localSecond >= until) {
        stretch = stretchAt(stretch.until);
      } else {
        return new Stretch(from, until, stretch.offsetSeconds);
      }
    }
    throw new IllegalStateException("no offset of " + zone + " holds at " + localSecond);
  }

  private long joins(long transition) {
    if (transition == Long.MIN_VALUE || transition == Long.MAX_VALUE) {
      return transition;
    }
    int before = rules.getOffset(Instant.ofEpochSecond(transition - 1)).getTotalSeconds();
    int after = rules.getOffset(Instant.ofEpochSecond(transition)).getTotalSeconds();
    return transition + Math.max(before, after);
  }
}
