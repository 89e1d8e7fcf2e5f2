package dev.sluice.operators.optimizer;

import dev.sluice.operators.plan.Rel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a limit further up spares those below: rows that nobody else asks for. */
public final class Limits {
  private Limits() {}

  /** How many rows of a sort are wanted at most; Long.MAX_VALUE if all are. */
  public static long of(Rel.Sort sort, List<Rel> plan, List<Rel> roots) {
    Rel rel = sort;
    while (true) {
      Rel user = onlyUser(rel, plan, roots);
      if (user instanceof Rel.Limit limit && limit.perKeys() == 0) {
        return limit.count() > Long.MAX_VALUE - limit.skip()
            ? Long.MAX_VALUE
            : limit.count() + limit.skip();
      }
      if (!(user instanceof Rel.Project)) {
        return Long.MAX_VALUE;
      }
      rel = user;
    }
  }

  /** The limit that alone takes the rows of a table, what is between working row by row. */
  public static @Nullable Rel above(String source, List<Rel> plan, List<Rel> roots) {
    List<Rel> reads =
        plan.stream()
            .filter(rel -> rel instanceof Rel.Read read && read.source().equals(source))
            .toList();
    if (reads.size() != 1 || Rel.streams(reads.get(0))) {
      return null;
    }
    Rel rel = reads.get(0);
    while (true) {
      Rel user = onlyUser(rel, plan, roots);
      if (user instanceof Rel.Limit limit && limit.perKeys() == 0) {
        return limit;
      }
      boolean rowByRow =
          user instanceof Rel.Filter || user instanceof Rel.Project || user instanceof Rel.Generate;
      if (user == null || !rowByRow) {
        return null;
      }
      rel = user;
    }
  }

  private static @Nullable Rel onlyUser(Rel rel, List<Rel> plan, List<Rel> roots) {
    Rel only = null;
    int users = 0;
    for (Rel each : plan) {
      for (Rel input : each.inputs()) {
        if (input == rel) {
          only = each;
          users++;
        }
      }
    }
    return users == 1 && roots.stream().noneMatch(root -> root == rel) ? only : null;
  }
}
