package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.runner.yaml.CoreSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of {@code ${name}}, {@code ${env:VAR:-default}} and {@code
 * ${file:PATH}} in every scalar value; {@code $${} stands for the two characters. Places in the file
 * stay exact: what was put in counts as standing at its reference.
 */
final class Substitution implements Substituted {
  private static final long MAX_SECRET_BYTES = 64 * 1024;

  /** A value put in, and what YAML would take it for. */
  private record Value(String text, Kind kind, boolean unknown, boolean secret) {
    static Value notYet(boolean secret) {
      return new Value("", Kind.STRING, true, secret);
    }
  }

  /** {@code length} characters of the result that came from {@code from} of the scalar on. */
  private record Piece(int start, int from, boolean copied) {}

  private final LoadRequest request;
  private final Problems problems;
  private final Parameters parameters;

  /** Names of all that are declared, also of those whose turn has not come. */
  private final Set<String> declared = new HashSet<>();

  /** Scalars whose value is not known while the pipeline is only checked. */
  private final Set<Node> unknown = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Scalars into which a secret was put. */
  private final Set<Node> withSecret = Collections.newSetFromMap(new IdentityHashMap<>());

  Substitution(LoadRequest request, Problems problems) {
    this.request = request;
    this.problems = problems;
    this.parameters = new Parameters(problems);
  }

  /**
   * The file with every reference replaced. Defaults of parameters come first: they may name the
   * environment, files, and parameters declared above them.
   */
  Node apply(Node root) {
    if (!(root instanceof Node.Mapping mapping)) {
      return node(root, false, false);
    }
    Optional<Node> own = mapping.get("parameters").map(this::declare);
    parameters.requireDeclared(request.parameters());
    List<Node.Entry> entries = new ArrayList<>();
    for (Node.Entry entry : mapping.entries()) {
      boolean isOwn = own.isPresent() && entry.key().value().equals("parameters");
      entries.add(isOwn ? new Node.Entry(entry.key(), own.get()) : entry(entry, false));
    }
    return new Node.Mapping(entries, mapping.at());
  }

  /** What the file's parameters are in this run, once it has been {@link #apply applied}. */
  Parameters parameters() {
    return parameters;
  }

  @Override
  public boolean isUnknown(Node node) {
    return unknown.contains(node)
        || node instanceof Node.Text text && parameters.namesUnknown(text.value());
  }

  @Override
  public boolean isShownBy(Node node, String name) {
    return withSecret.contains(node) && !request.secrets().redact(name).equals(name);
  }

  /** Makes the parameters, and gives their block with what their defaults stand for. */
  private Node declare(Node block) {
    if (!(block instanceof Node.Mapping mapping)) {
      return node(block, false, false);
    }
    mapping.entries().forEach(entry -> declared.add(entry.key().value()));
    List<Node.Entry> entries = new ArrayList<>();
    for (Node.Entry entry : mapping.entries()) {
      entries.add(new Node.Entry(entry.key(), declare(entry)));
    }
    return new Node.Mapping(entries, mapping.at());
  }

  private Node declare(Node.Entry parameter) {
    String name = parameter.key().value();
    @Nullable String given = request.parameters().get(name);
    Node.@Nullable Text standard = null;
    Node made = parameter.value();
    if (made instanceof Node.Mapping details) {
      List<Node.Entry> entries = new ArrayList<>();
      for (Node.Entry entry : details.entries()) {
        if (entry.key().value().equals("default") && entry.value() instanceof Node.Text text) {
          // Nobody needs the variable or the file behind a default that does not count.
          standard = given == null ? standard(text, Secrets.isSecret(name)) : text;
          entries.add(new Node.Entry(entry.key(), standard));
        } else {
          entries.add(entry(entry, false));
        }
      }
      made = new Node.Mapping(entries, details.at());
    }
    boolean open = given == null && standard != null && unknown.contains(standard);
    @Nullable String value = given != null ? given : standard == null ? null : standard.value();
    boolean hidden = given == null && standard != null && withSecret.contains(standard);
    if (Secrets.isSecret(name)) {
      // SQL may name it without a reference: ':password'.
      SourcePosition at =
          given == null && standard != null ? standard.at() : Parameters.COMMAND_LINE;
      hidden |=
          open || value != null && Parameters.mayBeSecret(parameter, value) && hide(value, at);
    }
    parameters.declare(parameter, given, standard, open, hidden);
    return made;
  }

  /** A default that comes to nothing is an empty text. */
  private Node.Text standard(Node.Text text, boolean secret) {
    if (!text.value().contains("${")) {
      return text;
    }
    Node.Text made = replace(text, secret);
    return made.kind() == Kind.NULL
        ? new Node.Text(made.value(), Kind.STRING, made.at(), made.offsets())
        : made;
  }

  /**
   * @param options whether it stands for the options of a component
   * @param secret whether it is the value of an option that is never shown
   */
  private Node node(Node node, boolean options, boolean secret) {
    if (node instanceof Node.Text text) {
      return text.value().contains("${") ? replace(text, secret) : text;
    }
    if (node instanceof Node.Sequence sequence) {
      List<Node> items = new ArrayList<>();
      sequence.items().forEach(item -> items.add(node(item, false, false)));
      return new Node.Sequence(items, sequence.at());
    }
    Node.Mapping mapping = (Node.Mapping) node;
    List<Node.Entry> entries = new ArrayList<>();
    mapping.entries().forEach(entry -> entries.add(entry(entry, options)));
    return new Node.Mapping(entries, mapping.at());
  }

  private Node.Entry entry(Node.Entry entry, boolean options) {
    String key = entry.key().value();
    boolean hidden = options && Secrets.isSecret(key);
    Node value = node(entry.value(), key.equals("options"), hidden);
    if (hidden && value instanceof Node.Text text) {
      hide(text.value(), text.at());
    }
    return new Node.Entry(entry.key(), value);
  }

  /**
   * Words that stand everywhere are left: nobody keeps a secret in them.
   *
   * @return false if it was left
   */
  private boolean hide(String value, SourcePosition at) {
    Kind kind = CoreSchema.kindOf(value);
    boolean word = kind == Kind.BOOLEAN || kind == Kind.NULL;
    if (word || kind != Kind.STRING && value.length() <= 2) {
      return false;
    }
    request.secrets().add(value, at, problems);
    return true;
  }

  private Node.Text replace(Node.Text text, boolean secret) {
    String value = text.value();
    StringBuilder out = new StringBuilder();
    List<Piece> pieces = new ArrayList<>();
    boolean anyUnknown = false;
    boolean anySecret = false;
    Kind kind = Kind.STRING;
    int at = 0;
    while (at < value.length()) {
      int open = value.indexOf("${", at);
      if (open < 0) {
        break;
      }
      boolean literal = open > 0 && value.charAt(open - 1) == '$';
      pieces.add(new Piece(out.length(), at, true));
      out.append(value, at, literal ? open - 1 : open);
      if (literal) {
        pieces.add(new Piece(out.length(), open, true));
        out.append("${");
        at = open + 2;
        continue;
      }
      int close = value.indexOf('}', open);
      if (close < 0) {
        problems.error(
            "unclosed-reference",
            text.at(open),
            "'${' is never closed",
            "write '}' behind the name, or '$${' for the characters themselves");
        return text;
      }
      Optional<Value> found = lookUp(value.substring(open + 2, close), text, open, secret);
      pieces.add(new Piece(out.length(), open, false));
      if (found.isPresent()) {
        out.append(found.get().text());
        anyUnknown |= found.get().unknown();
        anySecret |= found.get().secret();
        if (open == 0 && close == value.length() - 1) {
          kind = found.get().kind();
        }
      } else {
        anyUnknown = true;
      }
      at = close + 1;
    }
    pieces.add(new Piece(out.length(), at, true));
    out.append(value, Math.min(at, value.length()), value.length());
    Node.Text made =
        new Node.Text(out.toString(), kind, text.at(), offset -> place(text, pieces, offset));
    if (anyUnknown) {
      unknown.add(made);
    }
    if (anySecret) {
      withSecret.add(made);
    }
    return made;
  }

  private static SourcePosition place(Node.Text text, List<Piece> pieces, int offset) {
    Piece last = pieces.get(0);
    for (Piece piece : pieces) {
      if (piece.start() <= offset) {
        last = piece;
      }
    }
    return text.at(last.copied() ? last.from() + offset - last.start() : last.from());
  }

  private Optional<Value> lookUp(String reference, Node.Text text, int open, boolean secret) {
    SourcePosition at = text.at(open);
    if (reference.startsWith("env:")) {
      return environment(reference.substring(4), at, secret);
    }
    if (reference.startsWith("file:")) {
      return secret(reference.substring(5).trim(), at);
    }
    Optional<Parameters.Parameter> parameter = parameters.find(reference);
    if (parameter.isEmpty() && declared.contains(reference)) {
      problems.error(
          "unknown-parameter",
          at,
          "the parameter '" + reference + "' is declared below this default",
          "declare it above");
      return Optional.empty();
    }
    if (parameter.isEmpty()) {
      problems.error(
          "unknown-parameter",
          at,
          "there is no parameter '" + reference + "'",
          parameters.names().isEmpty()
              ? "declare it under 'parameters', or write '$${' for the characters themselves"
              : Names.suggestion(reference, parameters.names()));
      return Optional.empty();
    }
    Parameters.Parameter found = parameter.get();
    if (found.unknown()) {
      return Optional.of(Value.notYet(found.secret()));
    }
    return Optional.ofNullable(found.value())
        .map(value -> new Value(value, found.kind(), false, found.secret()));
  }

  private Optional<Value> environment(String reference, SourcePosition at, boolean secret) {
    int dash = reference.indexOf(":-");
    String name = dash < 0 ? reference : reference.substring(0, dash);
    @Nullable String value = request.environment().get(name);
    if ((value == null || value.isEmpty()) && dash >= 0) {
      value = reference.substring(dash + 2);
    }
    if (value == null && secret && !request.readSecrets()) {
      return Optional.of(Value.notYet(true));
    }
    if (value == null) {
      problems.error(
          "missing-variable",
          at,
          "the environment variable '" + name + "' is not set",
          secret ? "set it" : "set it, or give a default: '${env:" + name + ":-value}'");
      return Optional.empty();
    }
    boolean hidden = Secrets.isSecret(name) && hide(value, at);
    return Optional.of(new Value(value, CoreSchema.kindOf(value), false, hidden));
  }

  private Optional<Value> secret(String path, SourcePosition at) {
    if (!request.readSecrets()) {
      return Optional.of(Value.notYet(true));
    }
    Path file = request.baseDirectory().resolve(path);
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_SECRET_BYTES) {
        problems.error("unreadable-secret", at, "the file '" + path + "' is too long", null);
        return Optional.empty();
      }
      String value = Files.readString(file).strip();
      boolean hidden = hide(value, at);
      // Messages may have one line of it; those of a few characters, such as '{', tell nothing.
      value.lines().filter(Secrets::isLong).forEach(line -> hide(line, at));
      return Optional.of(new Value(value, Kind.STRING, false, hidden));
    } catch (IOException | RuntimeException e) {
      problems.error(
          "unreadable-secret",
          at,
          "the file '" + path + "' cannot be read",
          "relative paths start at the pipeline file's folder");
      return Optional.empty();
    }
  }
}
