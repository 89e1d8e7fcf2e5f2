package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import java.util.List;
import java.util.Optional;

/** What a step sees while it is planned. */
public interface StepContext {
  /** The result of the step before. */
  Rel input();

  /** The source or view that the steps started from, if they named one. */
  Optional<String> inputName();

  /** The value after {@code name:}, valid by {@link StepType#valueSchema}. */
  Node value();

  /**
   * Another source or view, by name ({@code union}, {@code join}); reports an unknown name itself,
   * at that place.
   */
  Optional<Rel> named(Node.Text name);

  /** What {@link #named} knows. */
  List<String> names();

  /**
   * The columns of the result are not known: what {@link StepType#plan} gives is not used, and
   * later steps are not checked now.
   */
  void leaveOpen();

  /** The rows of a plan that reads no source and no view, computed now. */
  List<Batch> rows(Rel plan);

  /** The functions that expressions may call. */
  FunctionRegistry functions();

  Session session();

  Problems problems();

  /** For the nodes that the step makes. */
  Origin origin();
}
