package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import dev.sluice.runner.pipeline.Pieces.SourcePiece;
import dev.sluice.runner.schema.Components;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What the trigger {@code continuous} can run: one source, rows one by one, as in Spark, whose
 * checker lets projections and filters pass.
 */
final class ContinuousRules {
  private static final String CODE = "unsupported-continuous";
  private static final String REMEDY = "use the trigger 'default' or 'processingTime'";

  private final SourcePosition triggerAt;
  private final Problems problems;

  private ContinuousRules(SourcePosition triggerAt, Problems problems) {
    this.triggerAt = triggerAt;
    this.problems = problems;
  }

  static void check(
      Components components,
      List<SourcePiece> sources,
      List<SinkPiece> sinks,
      SourcePosition triggerAt,
      Problems problems) {
    ContinuousRules rules = new ContinuousRules(triggerAt, problems);
    for (SourcePiece source : sources) {
      if (!source.type().supportsContinuous()) {
        problems.error(
            CODE,
            source.at(),
            "Data source " + source.type().name() + " does not support continuous processing",
            remedy("read ", components.sources(), SourceType::supportsContinuous));
      }
    }
    if (sources.size() > 1) {
      problems.error(
          CODE,
          sources.get(1).at(),
          "Continuous processing does not support several sources",
          REMEDY);
    }
    for (SinkPiece sink : sinks) {
      if (sink.type().supportsContinuous()) {
        sink.type().checkContinuous(sink.options(), problems);
      } else {
        problems.error(
            CODE,
            sink.at(),
            "sink '" + sink.type().name() + "' does not support continuous processing",
            remedy("write to ", components.sinks(), SinkType::supportsContinuous));
      }
      sink.rel().ifPresent(rules::visit);
    }
  }

  private static <T extends ComponentType> String remedy(
      String verb, Registry<T> all, Predicate<T> able) {
    List<String> names = all.all().stream().filter(able).map(ComponentType::name).toList();
    return (names.isEmpty() ? "" : verb + Names.either(names) + ", or ") + REMEDY;
  }

  private void visit(Rel rel) {
    if (rel instanceof Rel.Filter filter) {
      refuseNow(filter.condition(), rel);
    } else if (rel instanceof Rel.Project project) {
      for (NamedExpression expression : project.expressions()) {
        refuseNow(expression.expression(), rel);
      }
    } else if (!(rel instanceof Rel.Read)) {
      refuse(rel, kind(rel) + " operations");
    }
    rel.inputs().forEach(this::visit);
  }

  private static String kind(Rel rel) {
    return rel.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void refuseNow(Expression expression, Rel rel) {
    if (expression.readsClock()) {
      refuse(rel, "current time operations");
    }
  }

  private void refuse(Rel rel, String what) {
    SourcePosition at = rel.origin().at();
    problems.error(
        CODE,
        at.line() > 0 ? at : triggerAt,
        "Continuous processing does not support " + what,
        "leave it out, or " + REMEDY);
  }
}
