package dev.sluice.operators.sql.parser;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what stands after GROUP BY, and works out the sets that GROUPING SETS, CUBE and ROLLUP
 * mean.
 */
final class GroupingSetsParser {
  /** CUBE doubles the sets with each key. */
  private static final int MOST_SETS = 4096;

  private final Tokens tokens;
  private final ExpressionParser expressions;

  GroupingSetsParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Query.GroupBy groupBy(int offset) {
    List<Syntax> keys = new ArrayList<>();
    List<List<Syntax>> product = new ArrayList<>(List.of(List.of()));
    boolean plain = true;
    do {
      if (tokens.atWords("GROUPING", "SETS")) {
        plain = false;
        product = cross(product, groupingSets(), offset);
      } else {
        Syntax element = expressions.expression();
        Optional<List<List<Syntax>>> sets = cubeOrRollup(element);
        plain &= sets.isEmpty();
        if (sets.isEmpty()) {
          keys.add(element);
        }
        product = cross(product, sets.orElse(List.of(List.of(element))), offset);
      }
    } while (tokens.skipSymbol(","));
    if (plain && tokens.atWords("GROUPING", "SETS")) {
      return new Query.GroupBy(keys, false, Optional.of(groupingSets()), offset);
    }
    if (plain && (tokens.atWords("WITH", "CUBE") || tokens.atWords("WITH", "ROLLUP"))) {
      tokens.next();
      boolean cube = tokens.next().isWord("CUBE");
      List<List<Syntax>> single = keys.stream().map(List::of).toList();
      return new Query.GroupBy(
          keys, false, Optional.of(cube ? cube(single, offset) : rollup(single)), offset);
    }
    return plain
        ? new Query.GroupBy(keys, false, Optional.empty(), offset)
        : new Query.GroupBy(List.of(), false, Optional.of(product), offset);
  }

  private List<List<Syntax>> groupingSets() {
    tokens.enter();
    tokens.expectWord("GROUPING");
    tokens.expectWord("SETS");
    int offset = tokens.expectSymbol("(").offset();
    List<List<Syntax>> sets = new ArrayList<>();
    do {
      if (tokens.atSymbol("(") && tokens.peek(1).isSymbol(")")) {
        tokens.next();
        tokens.next();
        sets.add(List.of());
      } else if (tokens.atWords("GROUPING", "SETS")) {
        sets.addAll(groupingSets());
      } else {
        Syntax element = expressions.expression();
        sets.addAll(cubeOrRollup(element).orElseGet(() -> List.of(tuple(element))));
      }
      limit(sets, offset);
    } while (tokens.skipSymbol(","));
    tokens.expectSymbol(")");
    tokens.leave();
    return sets;
  }

  private Optional<List<List<Syntax>>> cubeOrRollup(Syntax element) {
    if (!(element instanceof Syntax.Call call)) {
      return Optional.empty();
    }
    List<List<Syntax>> tuples = call.arguments().stream().map(GroupingSetsParser::tuple).toList();
    if (call.name().equalsIgnoreCase("cube")) {
      return Optional.of(cube(tuples, call.offset()));
    }
    return call.name().equalsIgnoreCase("rollup") ? Optional.of(rollup(tuples)) : Optional.empty();
  }

  /** {@code (a, b)} was read as a struct. */
  private static List<Syntax> tuple(Syntax element) {
    return element instanceof Syntax.Call call && call.name().equals("struct")
        ? call.arguments()
        : List.of(element);
  }

  private static List<List<Syntax>> cube(List<List<Syntax>> tuples, int offset) {
    List<List<Syntax>> sets = new ArrayList<>(List.of(List.of()));
    for (List<Syntax> tuple : tuples) {
      sets = cross(sets, List.of(tuple, List.of()), offset);
    }
    return sets;
  }

  private static List<List<Syntax>> rollup(List<List<Syntax>> tuples) {
    List<List<Syntax>> sets = new ArrayList<>();
    for (int count = tuples.size(); count >= 0; count--) {
      List<Syntax> set = new ArrayList<>();
      tuples.subList(0, count).forEach(set::addAll);
      sets.add(set);
    }
    return sets;
  }

  private static List<List<Syntax>> cross(
      List<List<Syntax>> left, List<List<Syntax>> right, int offset) {
    List<List<Syntax>> all = new ArrayList<>();
    for (List<Syntax> a : left) {
      for (List<Syntax> b : right) {
        List<Syntax> both = new ArrayList<>(a);
        both.addAll(b);
        all.add(both);
        limit(all, offset);
      }
    }
    return all;
  }

  private static void limit(List<List<Syntax>> sets, int offset) {
    if (sets.size() > MOST_SETS) {
      throw new SqlSyntaxException(
          "GROUPING_SIZE_LIMIT_EXCEEDED",
          offset,
          "there are more than " + MOST_SETS + " grouping sets");
    }
  }
}
