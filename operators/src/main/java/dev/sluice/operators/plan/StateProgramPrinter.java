package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The text of a {@link StateProgram} in a printed plan. */
final class StateProgramPrinter {
  private StateProgramPrinter() {}

  static String print(StateProgram program) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "TransformWithState keys ["
            + program.keys().stream().map(PlanPrinter::named).collect(Collectors.joining(", "))
            + "] state ["
            + program.state().ddl()
            + "]");
    if (!program.init().isEmpty()) {
      parts.add("init [" + list(program.init()) + "]");
    }
    parts.add("update [" + list(program.update()) + "]");
    program.emissions().forEach(emission -> parts.add(emission(emission)));
    program
        .removal()
        .ifPresent(r -> parts.add("remove each " + lower(r.each()) + " when " + r.when().sql()));
    program.timeout().ifPresent(t -> parts.add("timeout " + lower(t.clock()) + " " + t.at().sql()));
    StateProgram.OnTimeout then = program.onTimeout();
    if (program.timeout().isPresent()) {
      String update = then.update().isEmpty() ? "" : "update [" + list(then.update()) + "] ";
      parts.add("on timeout " + update + "remove when " + then.remove().sql());
      then.emissions().forEach(emission -> parts.add("on timeout " + emission(emission)));
      then.again().ifPresent(again -> parts.add("on timeout again " + again.sql()));
    }
    if (program.ttlMillis() > 0) {
      parts.add("ttl " + program.ttlMillis() + " ms");
    }
    program.outputMode().ifPresent(mode -> parts.add("in mode " + mode));
    return String.join(" ", parts);
  }

  private static String emission(StateProgram.Emission emission) {
    return "emit each "
        + lower(emission.each())
        + emission.when().map(when -> " when " + when.sql()).orElse("")
        + " ["
        + emission.select().stream().map(PlanPrinter::named).collect(Collectors.joining(", "))
        + "]";
  }

  private static String list(List<Expression> expressions) {
    return expressions.stream().map(Expression::sql).collect(Collectors.joining(", "));
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
