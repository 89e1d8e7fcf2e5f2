package dev.sluice.runner.yaml;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.parser.Parser;

/** Parser events to nodes. */
final class YamlComposer {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 100_000;

  /** A problem has been reported that leaves nothing to go on with. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused() {
      super(null, null, false, false);
    }
  }

  private final Parser parser;
  private final SourceText source;
  private final Problems problems;
  private final Map<String, Node> anchors = new HashMap<>();
  private final Set<String> openAnchors = new HashSet<>();
  private final Map<Node, Integer> sizes = new IdentityHashMap<>();
  private int nodes;

  YamlComposer(Parser parser, SourceText source, Problems problems) {
    this.parser = parser;
    this.source = source;
    this.problems = problems;
  }

  Optional<Node> document() {
    parser.next();
    if (parser.checkEvent(Event.ID.StreamEnd)) {
      throw refuse("empty-file", source.position(0), "the file is empty", "write a pipeline in it");
    }
    parser.next();
    Node root = node(0);
    parser.next();
    if (!parser.checkEvent(Event.ID.StreamEnd)) {
      throw refuse(
          "several-documents",
          position(parser.peekEvent()),
          "a second document starts here",
          "one file is one pipeline");
    }
    return Optional.of(root);
  }

  private Node node(int depth) {
    Event event = parser.next();
    SourcePosition at = position(event);
    if (event instanceof AliasEvent alias) {
      return expanded(alias.getAlias().getValue(), at);
    }
    if (depth > MAX_DEPTH) {
      throw refuse("nested-too-deep", at, "lists and mappings stand in one another too deep", null);
    }
    count(1, at);
    String anchor = ((NodeEvent) event).getAnchor().map(a -> a.getValue()).orElse("");
    if (!anchor.isEmpty()) {
      openAnchors.add(anchor);
    }
    int before = nodes;
    Node made;
    if (event instanceof ScalarEvent scalar) {
      made = scalar(scalar, at);
    } else {
      refuseTag(((CollectionStartEvent) event).getTag(), at);
      made =
          event.getEventId() == Event.ID.SequenceStart ? sequence(depth, at) : mapping(depth, at);
    }
    if (!anchor.isEmpty()) {
      openAnchors.remove(anchor);
      anchors.put(anchor, made);
      sizes.put(made, nodes - before + 1);
    }
    return made;
  }

  private Node expanded(String anchor, SourcePosition at) {
    if (openAnchors.contains(anchor)) {
      throw refuse(
          "yaml-alias", at, "the alias '" + anchor + "' stands inside what it names", null);
    }
    Node named = anchors.get(anchor);
    if (named == null) {
      throw refuse("yaml-alias", at, "the alias '" + anchor + "' names no anchor above", null);
    }
    count(sizes.getOrDefault(named, 1), at);
    return named;
  }

  /** Counts what stands there once all aliases are expanded. */
  private void count(int more, SourcePosition at) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw refuse(
          "file-too-large",
          at,
          "with its aliases expanded the file has more than " + MAX_NODES + " values",
          null);
    }
  }

  private Node.Sequence sequence(int depth, SourcePosition at) {
    List<Node> items = new ArrayList<>();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      items.add(node(depth + 1));
    }
    parser.next();
    return new Node.Sequence(items, at);
  }

  private Node.Mapping mapping(int depth, SourcePosition at) {
    List<Node.Entry> entries = new ArrayList<>();
    Map<String, SourcePosition> seen = new HashMap<>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Node key = node(depth + 1);
      Node value = node(depth + 1);
      if (!(key instanceof Node.Text text)) {
        problems.error("yaml-key", key.at(), "a list or a mapping cannot be a key", null);
        continue;
      }
      if (text.value().equals("<<") && text.kind() == Kind.STRING) {
        problems.error(
            "yaml-merge",
            text.at(),
            "'<<' does not merge mappings here",
            "write the entries out, or give a whole value an alias");
        continue;
      }
      SourcePosition first = seen.putIfAbsent(text.value(), text.at());
      if (first != null) {
        problems.error(
            "duplicate-key",
            text.at(),
            "'" + text.value() + "' stands here a second time",
            "the first is on line " + first.line());
        continue;
      }
      entries.add(new Node.Entry(text, value));
    }
    parser.next();
    return new Node.Mapping(entries, at);
  }

  private Node.Text scalar(ScalarEvent event, SourcePosition at) {
    String value = event.getValue();
    ScalarStyle style = event.getScalarStyle();
    Optional<String> tag = event.getTag();
    boolean string =
        tag.isPresent() && (tag.get().equals("!") || tag.get().equals("tag:yaml.org,2002:str"));
    if (!string) {
      refuseTag(tag, at);
    }
    Kind kind = string || style != ScalarStyle.PLAIN ? Kind.STRING : CoreSchema.kindOf(value);
    int start = event.getStartMark().orElseThrow().getIndex();
    int end = event.getEndMark().orElseThrow().getIndex();
    return new Node.Text(value, kind, at, new ScalarOffsets(source, style, start, end, value));
  }

  private void refuseTag(Optional<String> tag, SourcePosition at) {
    if (tag.isPresent()) {
      String shown = tag.get().replace("tag:yaml.org,2002:", "!!");
      problems.error("yaml-tag", at, "the tag '" + shown + "' is not allowed", "leave it out");
    }
  }

  private SourcePosition position(Event event) {
    return source.position(
        event.getStartMark().map(m -> Math.min(m.getIndex(), source.length())).orElse(0));
  }

  private Refused refuse(String code, SourcePosition at, String fact, @Nullable String remedy) {
    problems.error(code, at, fact, remedy);
    return new Refused();
  }
}
