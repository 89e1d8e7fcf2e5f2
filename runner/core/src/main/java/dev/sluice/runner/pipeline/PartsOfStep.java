package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.sql.UnboundSql;
import dev.sluice.operators.step.StepType;
import dev.sluice.runner.schema.Pointer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What of a step can be judged though a part of it, or what comes in, cannot. */
final class PartsOfStep {
  private final ShapeMistakes broken;
  private final Predicate<Node> unknown;
  private final Set<SourcePosition> thinned = new HashSet<>();

  /**
   * @param broken where mistakes have been told
   * @param unknown values that are not known before the run
   */
  PartsOfStep(ShapeMistakes broken, Predicate<Node> unknown) {
    this.broken = broken;
    this.unknown = unknown;
  }

  /** The places of the mappings and lists that {@link #sound} took something from. */
  Set<SourcePosition> thinned() {
    return thinned;
  }

  /** A value without the parts that have been refused; empty if that is all of it. */
  Optional<Node> sound(Node node, Pointer pointer) {
    if (broken.isAt(pointer)) {
      return Optional.empty();
    }
    if (!broken.isWithin(pointer)) {
      return Optional.of(node);
    }
    if (node instanceof Node.Mapping mapping) {
      List<Node.Entry> kept = new ArrayList<>();
      for (Node.Entry entry : mapping.entries()) {
        sound(entry.value(), pointer.child(entry.key().value()))
            .ifPresent(value -> kept.add(new Node.Entry(entry.key(), value)));
      }
      thinned.add(mapping.at());
      return kept.isEmpty() ? Optional.empty() : Optional.of(new Node.Mapping(kept, mapping.at()));
    }
    if (node instanceof Node.Sequence list) {
      List<Node> kept = new ArrayList<>();
      for (int i = 0; i < list.items().size(); i++) {
        sound(list.items().get(i), pointer.child(i)).ifPresent(kept::add);
      }
      thinned.add(list.at());
      return kept.isEmpty() ? Optional.empty() : Optional.of(new Node.Sequence(kept, list.at()));
    }
    return Optional.empty();
  }

  /**
   * True if the step has lost, to {@link #sound}, something that the rest of it may refer to.
   *
   * @param rest what is left of the value
   */
  boolean lacksReferred(StepType type, Node value, Pointer pointer, Node rest) {
    if (!(value instanceof Node.Mapping before)
        || !(rest instanceof Node.Mapping after)
        || !(type.valueSchema().get("properties") instanceof Map<?, ?> properties)) {
      return false;
    }
    List<String> known = properties.keySet().stream().map(String::valueOf).toList();
    for (String key : type.referred()) {
      Optional<Node> kept = after.get(key);
      boolean lost =
          before.get(key).isPresent()
              ? kept.isEmpty() || names(kept.get()) < names(before.get(key).get())
              : broken.isAt(pointer.child(key)) || isMeant(key, known, before, after);
      if (lost) {
        return true;
      }
    }
    return false;
  }

  /** Whether a key that is gone may have been a slip of this one. */
  private static boolean isMeant(
      String key, List<String> known, Node.Mapping before, Node.Mapping after) {
    return before.entries().stream()
        .map(entry -> entry.key().value())
        .filter(word -> after.get(word).isEmpty())
        .anyMatch(word -> Names.nearest(word, known).map(key::equals).orElse(true));
  }

  /** How many names a value gives. */
  private static int names(Node node) {
    return node instanceof Node.Sequence list
        ? list.items().size()
        : node instanceof Node.Mapping mapping ? mapping.entries().size() : 1;
  }

  /** Tells what is wrong with the SQL of a step whatever the columns are that come in. */
  void readOnly(StepType type, Node value, UnboundSql sql) {
    if (type.name().equals("sql")) {
      if (value instanceof Node.Text text && !unknown.test(text)) {
        sql.query(text);
      }
      return;
    }
    readOnly(type.valueSchema(), value, sql);
  }

  private void readOnly(Map<?, ?> schema, Node value, UnboundSql sql) {
    if (value instanceof Node.Text text) {
      boolean marked = StepType.SQL_TEXT.equals(schema.get(StepType.MEDIA_TYPE));
      if (marked && !unknown.test(text)) {
        sql.expression(text);
      }
    } else if (value instanceof Node.Sequence list && schema.get("items") instanceof Map<?, ?> of) {
      list.items().forEach(item -> readOnly(of, item, sql));
    } else if (value instanceof Node.Mapping mapping) {
      for (Node.Entry entry : mapping.entries()) {
        Object of =
            schema.get("properties") instanceof Map<?, ?> known
                ? known.get(entry.key().value())
                : null;
        if ((of == null ? schema.get("additionalProperties") : of) instanceof Map<?, ?> found) {
          readOnly(found, entry.value(), sql);
        }
      }
    }
  }
}
