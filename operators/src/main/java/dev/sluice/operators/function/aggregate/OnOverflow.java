package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Session;

/** What a sum does that no longer fits its type. */
enum OnOverflow {
  /** ANSI mode. */
  FAIL,
  /** The {@code try_} functions, and decimals without ANSI mode. */
  NULL,
  /** Integers without ANSI mode. */
  WRAP;

  static OnOverflow of(Session session, boolean tolerant, OnOverflow lenient) {
    return tolerant ? NULL : session.ansi() ? FAIL : lenient;
  }

  static EvaluationException overflow(String what, String remedy, int row) {
    return new EvaluationException(
        "ARITHMETIC_OVERFLOW", what + " overflow; " + remedy + " gives NULL instead", row);
  }
}
