package dev.sluice.operators.sql;

/** Thrown where binding cannot go on, after the mistake has gone to the problems. */
final class Reported extends RuntimeException {
  Reported() {
    super("reported", null, false, false);
  }
}
