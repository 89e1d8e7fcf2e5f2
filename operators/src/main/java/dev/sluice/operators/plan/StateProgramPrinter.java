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
    for (int c = 0; c < program.state().size(); c++) {
      if (program.columnTtls().get(c) > 0) {
        parts.add(program.state().field(c).name() + " ttl " + program.columnTtls().get(c) + " ms");
      }
    }
    if (!program.init().isEmpty()) {
      parts.add("init [" + list(program.init()) + "]");
    }
    program
        .initial()
        .ifPresent(
            initial ->
                parts.add(
                    "begin by ["
                        + list(initial.keys())
                        + "] "
                        + update(initial.update())
                        + settings(program, initial.settings())));
    parts.add(update(program.update()));
    program.emissions().forEach(emission -> parts.add(emission(emission)));
    program
        .removal()
        .ifPresent(r -> parts.add("remove each " + lower(r.each()) + " when " + r.when().sql()));
    program.timeout().ifPresent(t -> parts.add("timeout " + lower(t.clock()) + " " + t.at().sql()));
    StateProgram.OnTimeout then = program.onTimeout();
    if (program.timeout().isPresent()) {
      String update = then.update().isEmpty() ? "" : update(then.update()) + " ";
      parts.add("on timeout " + update + "remove when " + then.remove().sql());
      then.emissions().forEach(emission -> parts.add("on timeout " + emission(emission)));
      then.again().ifPresent(again -> parts.add("on timeout again " + again.sql()));
    }
    program.timers().forEach(timer -> timer(program, timer, parts));
    if (program.ttlMillis() > 0) {
      parts.add("ttl " + program.ttlMillis() + " ms");
    }
    program.outputMode().ifPresent(mode -> parts.add("in mode " + mode));
    return String.join(" ", parts);
  }

  private static void timer(StateProgram program, StateProgram.Timer timer, List<String> parts) {
    String name = "timer " + timer.name();
    parts.add(
        name
            + " "
            + lower(timer.clock())
            + " "
            + timer.at().sql()
            + timer.when().map(when -> " when " + when.sql()).orElse("")
            + timer.delete().map(when -> " delete when " + when.sql()).orElse(""));
    StateProgram.OnTimer then = timer.then();
    String update = then.update().isEmpty() ? "" : " " + update(then.update());
    parts.add(
        "on "
            + name
            + update
            + settings(program, then.settings())
            + " remove when "
            + then.remove().sql());
    then.emissions().forEach(emission -> parts.add("on " + name + " " + emission(emission)));
  }

  private static String settings(StateProgram program, List<StateProgram.Setting> settings) {
    return settings.stream()
        .map(s -> " " + program.timers().get(s.timer()).name() + " at " + s.at().sql())
        .collect(Collectors.joining());
  }

  private static String update(StateProgram.Update update) {
    return "update [" + list(update.values()) + "]";
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
