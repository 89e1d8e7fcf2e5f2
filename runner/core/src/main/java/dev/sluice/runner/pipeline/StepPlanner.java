package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.UnboundSql;
import dev.sluice.operators.step.ConstantPatterns;
import dev.sluice.operators.step.StepContext;
import dev.sluice.operators.step.StepType;
import dev.sluice.runner.schema.Pointer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Plans lists of steps: those of the pipeline and of its views, each view when it is first asked
 * for. Where columns are unknown, or a step is broken, what comes after is not checked.
 */
final class StepPlanner {
  /** The name of the result of {@code steps:}. */
  static final String MAIN = "steps";

  private final Registry<StepType> types;
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final ShapeMistakes broken;
  private final Substituted values;
  private final Map<String, Rel.Read> sources;
  private final Set<String> unknownSources;
  private final boolean sourceless;
  private final Map<String, Node.Entry> views = new LinkedHashMap<>();
  private final Map<String, Optional<Rel>> planned = new HashMap<>();
  private final Set<String> underWay = new TreeSet<>();
  private final Set<String> used = new TreeSet<>();
  private boolean sound = true;
  private boolean passedOver;

  /**
   * @param functions those that expressions may call
   * @param broken where the schema found a mistake
   * @param values what is known of substituted values
   * @param unknownSources those whose columns are not known
   * @param sourceless whether the file names no source at all, so that any name may be one
   */
  StepPlanner(
      Registry<StepType> types,
      Session session,
      FunctionRegistry functions,
      Map<String, Rel.Read> sources,
      Set<String> unknownSources,
      boolean sourceless,
      Optional<Node> views,
      ShapeMistakes broken,
      Substituted values,
      Problems problems) {
    this.types = types;
    this.session = session;
    this.functions = functions;
    this.sources = sources;
    this.unknownSources = unknownSources;
    this.sourceless = sourceless;
    this.broken = broken;
    this.values = values;
    this.problems = problems;
    if (views.orElse(null) instanceof Node.Mapping mapping) {
      mapping.entries().forEach(entry -> this.views.put(entry.key().value(), entry));
    }
  }

  /** The names of the sources and views that something reads. */
  Set<String> used() {
    return used;
  }

  /** False once a step has reported a mistake: its columns may then be a guess. */
  boolean isSound() {
    return sound;
  }

  /** True if there are steps of which it is not known yet what they read. */
  boolean hasPassedOver() {
    return passedOver;
  }

  /** The source or view of this name; reports an unknown one, at {@code name}. */
  Optional<Rel> named(Node.Text name) {
    String wanted = name.value();
    used.add(wanted);
    if (sources.containsKey(wanted)) {
      return Optional.of(sources.get(wanted));
    }
    if (unknownSources.contains(wanted)) {
      return Optional.empty();
    }
    Node.Entry view = views.get(wanted);
    if (view == null && sourceless) {
      return Optional.empty();
    }
    if (view == null) {
      problems.error(
          "unknown-name",
          name.at(),
          "there is no source or view '" + wanted + "'",
          Names.suggestion(wanted, names()));
      return Optional.empty();
    }
    if (underWay.contains(wanted)) {
      problems.error(
          "view-cycle", name.at(), "the view '" + wanted + "' is made from itself", null);
      return Optional.empty();
    }
    return view(view);
  }

  private Set<String> names() {
    Set<String> known = new TreeSet<>(sources.keySet());
    known.addAll(unknownSources);
    known.addAll(views.keySet());
    return known;
  }

  /** Plans views that nothing reads too, so that their mistakes are found. */
  void planAllViews() {
    views.values().forEach(this::view);
  }

  private Optional<Rel> view(Node.Entry view) {
    String name = view.key().value();
    Optional<Rel> known = planned.get(name);
    if (known != null) {
      return known;
    }
    underWay.add(name);
    Pointer pointer = Pointer.ROOT.child("views").child(name);
    Optional<Rel> rel = steps(view.value(), pointer, "views." + name, Optional.empty());
    underWay.remove(name);
    planned.put(name, rel);
    return rel;
  }

  /**
   * Plans a list of steps.
   *
   * @param only the source to start from when the list does not say; empty where it must
   */
  Optional<Rel> steps(Node node, Pointer pointer, String label, Optional<Node.Text> only) {
    if (!(node instanceof Node.Sequence list)) {
      return Optional.empty();
    }
    List<Node> items = list.items();
    int first = 0;
    Optional<Rel> rel;
    Optional<Node.Text> from = items.isEmpty() ? Optional.empty() : from(items.get(0));
    if (from.isPresent()) {
      rel = named(from.get());
      first = 1;
    } else if (only.isPresent()) {
      rel = named(only.get());
    } else {
      problems.error(
          "missing-from",
          items.isEmpty() ? list.at() : items.get(0).at(),
          "it is not said where '" + label + "' starts",
          "let the first step be '- from: NAME'");
      return Optional.empty();
    }
    for (int i = first; i < items.size(); i++) {
      rel =
          step(
              items.get(i),
              rel,
              from.map(Node.Text::value),
              pointer.child(i),
              label + "[" + i + "]");
    }
    return rel;
  }

  private static Optional<Node.Text> from(Node step) {
    return step instanceof Node.Mapping mapping
            && mapping.get("from").orElse(null) instanceof Node.Text name
        ? Optional.of(name)
        : Optional.empty();
  }

  private Optional<Rel> step(
      Node node, Optional<Rel> input, Optional<String> name, Pointer pointer, String label) {
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().size() != 1) {
      return Optional.empty();
    }
    Node.Entry entry = mapping.entries().get(0);
    String word = entry.key().value();
    if (word.equals("from")) {
      problems.error(
          "misplaced-from",
          entry.key().at(),
          "'from' stands at the start of a list of steps only",
          "make a view of what should start here");
      return Optional.empty();
    }
    Optional<StepType> type = types.find(word);
    if (type.isEmpty()) {
      passedOver = true;
      return Optional.empty();
    }
    boolean wrong = broken.isWithin(pointer);
    if (input.isEmpty()) {
      passedOver |= !wrong;
      PartsOfStep parts = new PartsOfStep(broken, values::isUnknown);
      parts
          .sound(entry.value(), pointer.child(word))
          .ifPresent(
              rest ->
                  parts.readOnly(type.get(), rest, new UnboundSql(session, functions, problems)));
      return Optional.empty();
    }
    if (isUnknown(entry.value())) {
      passedOver = true;
      return without(type.get(), input);
    }
    Origin origin = new Origin(label + " (" + word + ")", entry.key().at());
    if (wrong) {
      sound = false;
      tellRest(type.get(), input.get(), name, entry.value(), pointer.child(word), origin);
      return without(type.get(), input);
    }
    int before = problems.errorCount();
    Context context = new Context(input.get(), name, entry.value(), origin, problems);
    Rel made = type.get().plan(context);
    ConstantPatterns.check(origin.places(), problems);
    refuseShownSecrets(entry.value(), input.get().schema(), made.schema());
    // A step that failed and gave its input: the columns that it would have made are not known.
    sound &= problems.errorCount() == before;
    boolean lost = problems.errorCount() > before && made == input.get();
    passedOver |= context.open;
    lost &= !type.get().keepsColumns();
    return lost || context.open ? Optional.empty() : Optional.of(made);
  }

  /** What later steps can be checked against where this one could not be planned. */
  private static Optional<Rel> without(StepType type, Optional<Rel> input) {
    return type.keepsColumns() && !type.allowsMore() ? input : Optional.empty();
  }

  /**
   * What else is wrong in a step of which a part has been refused. What is said of the whole step,
   * or of a mapping without its refused key, may only follow from that and is left; where a part is
   * gone that others refer to, nothing is said but of their SQL.
   */
  private void tellRest(
      StepType type, Rel input, Optional<String> name, Node value, Pointer pointer, Origin origin) {
    PartsOfStep parts = new PartsOfStep(broken, values::isUnknown);
    Optional<Node> rest = parts.sound(value, pointer);
    if (rest.isEmpty()) {
      return;
    }
    if (parts.lacksReferred(type, value, pointer, rest.get())) {
      parts.readOnly(type, rest.get(), new UnboundSql(session, functions, problems));
      return;
    }
    Problems found = new Problems();
    type.plan(new Context(input, name, rest.get(), origin, found));
    for (Problem problem : found.all()) {
      if (!problem.at().equals(origin.at()) && !parts.thinned().contains(problem.at())) {
        problems.add(problem);
      }
    }
  }

  /** Names that expressions give to columns go into outputs and checkpoints. */
  private void refuseShownSecrets(Node value, Schema before, Schema after) {
    if (value instanceof Node.Text) {
      boolean shown =
          after.names().stream()
              .anyMatch(name -> !before.names().contains(name) && values.isShownBy(value, name));
      if (shown) {
        problems.error(
            "secret-in-name",
            value.at(),
            "a column without a name of its own is called by its expression, which has a secret",
            "give it a name, with AS");
      }
    } else if (value instanceof Node.Sequence list) {
      list.items().forEach(item -> refuseShownSecrets(item, before, after));
    } else if (value instanceof Node.Mapping mapping) {
      mapping.entries().forEach(item -> refuseShownSecrets(item.value(), before, after));
    }
  }

  /** True if something in it is only known when the pipeline runs. */
  private boolean isUnknown(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return mapping.entries().stream().anyMatch(entry -> isUnknown(entry.value()));
    }
    return node instanceof Node.Sequence sequence
        ? sequence.items().stream().anyMatch(this::isUnknown)
        : values.isUnknown(node);
  }

  private final class Context implements StepContext {
    private final Rel input;
    private final Optional<String> name;
    private final Node value;
    private final Origin origin;
    private final Problems problems;
    private boolean open;

    Context(Rel input, Optional<String> name, Node value, Origin origin, Problems problems) {
      this.input = input;
      this.name = name;
      this.value = value;
      this.origin = origin;
      this.problems = problems;
    }

    @Override
    public Rel input() {
      return input;
    }

    @Override
    public Optional<String> inputName() {
      return name;
    }

    @Override
    public Node value() {
      return value;
    }

    @Override
    public Optional<Rel> named(Node.Text name) {
      return StepPlanner.this.named(name);
    }

    @Override
    public List<String> names() {
      return List.copyOf(StepPlanner.this.names());
    }

    @Override
    public void leaveOpen() {
      open = true;
    }

    @Override
    public List<Batch> rows(Rel plan) {
      return QueryExecutor.executeNow(plan);
    }

    @Override
    public FunctionRegistry functions() {
      return functions;
    }

    @Override
    public Session session() {
      return session;
    }

    @Override
    public Problems problems() {
      return problems;
    }

    @Override
    public Origin origin() {
      return origin;
    }
  }
}
