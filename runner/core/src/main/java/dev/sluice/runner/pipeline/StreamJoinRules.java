package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.optimizer.JoinBounds;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.Locale;

/** Which joins of two streams there are: the rules and texts of Spark. */
final class StreamJoinRules {
  private static final String UNSUPPORTED = "unsupported-operation";

  private StreamJoinRules() {}

  /** {@code mode} is that of the sink which the join feeds. */
  static void check(Rel.Join join, OutputMode mode, Problems problems) {
    SourcePosition at = join.origin().at();
    if (mode != OutputMode.APPEND) {
      problems.error(
          UNSUPPORTED,
          at,
          "Join between two streaming DataFrames/Datasets is not supported in "
              + words(mode.name())
              + " output mode, only in Append output mode",
          "use outputMode append");
      return;
    }
    switch (join.type()) {
      case LEFT_ANTI, EXISTENCE, LEFT_SINGLE ->
          problems.error(
              UNSUPPORTED,
              at,
              words(join.type())
                  + " joins with a streaming DataFrame/Dataset on the right are not supported",
              "that a row has no partner is never certain before its time is over: use type"
                  + " leftOuter and, after it, 'where' a column of the right side IS NULL");
      default -> checkCondition(join, problems);
    }
  }

  private static void checkCondition(Rel.Join join, Problems problems) {
    SourcePosition at = join.origin().at();
    if (JoinCondition.of(join).keys().isEmpty()) {
      problems.error(
          UNSUPPORTED,
          at,
          "Stream-stream join without equality predicate is not supported",
          "add an equality between a column of each side to 'on'");
    } else if (isNever(join)) {
      // Spark's optimizer leaves nothing of such a condition but a false.
      problems.error(
          UNSUPPORTED,
          at,
          "Stream-stream join without equality predicate is not supported, and 'on' is never true",
          "take out the part of 'on' that is always false");
    } else if (!JoinBounds.ends(join)) {
      problems.error(
          UNSUPPORTED,
          at,
          "Stream-stream "
              + words(join.type())
              + " join between two streaming DataFrame/Datasets is not supported without a"
              + " watermark in the join keys, or a watermark on the nullable side and an"
              + " appropriate range condition",
          remedy(join.type()));
    }
  }

  /**
   * True if a part of the condition is false or null whatever the rows. Where rows of the left side
   * without a partner do not come out, Spark asks that of the left side before, and the join stays.
   */
  private static boolean isNever(Rel.Join join) {
    return (join.type() == JoinType.LEFT_OUTER || join.type() == JoinType.FULL_OUTER)
        && JoinCondition.conjuncts(join.condition()).stream().anyMatch(JoinCondition::isNever);
  }

  /** The side whose rows wait is told by the other one that its time is over. */
  private static String remedy(JoinType type) {
    String other =
        switch (type) {
          case RIGHT_OUTER -> "the left side";
          case FULL_OUTER -> "both sides";
          default -> "the right side";
        };
    return "give "
        + other
        + " a 'watermark' step, and let 'on' bound the event times, as in l.at BETWEEN r.at -"
        + " INTERVAL 5 MINUTES AND r.at";
  }

  /** As Spark writes it: {@code LeftOuter}. */
  static String words(JoinType type) {
    return words(type.name());
  }

  private static String words(String name) {
    StringBuilder words = new StringBuilder();
    for (String word : name.split("_")) {
      words.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return words.toString();
  }
}
