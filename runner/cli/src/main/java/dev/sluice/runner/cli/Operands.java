package dev.sluice.runner.cli;

/**
 * What stands behind a verb besides flags.
 *
 * @param synopsis for the help: {@code FILE}
 * @param least how many words it takes at least
 * @param most and at most
 */
record Operands(String synopsis, int least, int most) {
  static Operands one(String synopsis) {
    return new Operands(synopsis, 1, 1);
  }

  static Operands optional(String synopsis) {
    return new Operands(synopsis, 0, 1);
  }

  static Operands many(String synopsis) {
    return new Operands(synopsis, 1, Integer.MAX_VALUE);
  }
}
