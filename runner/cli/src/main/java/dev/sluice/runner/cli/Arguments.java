package dev.sluice.runner.cli;

import dev.sluice.operators.component.Durations;
import dev.sluice.operators.diagnostics.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The words behind a verb, taken apart by what the verb declares. */
final class Arguments {
  private final Map<String, List<String>> flags = new LinkedHashMap<>();
  private final List<String> operands = new ArrayList<>();

  private Arguments() {}

  /** Throws {@link UsageException} on anything that the verb does not declare. */
  static Arguments parse(Verb verb, List<String> words) {
    Arguments arguments = new Arguments();
    boolean onlyOperands = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (onlyOperands || !word.startsWith("-") || word.equals("-")) {
        arguments.operands.add(word);
      } else if (word.equals("--")) {
        onlyOperands = true;
      } else {
        i += arguments.flag(verb, word, i + 1 < words.size() ? words.get(i + 1) : null);
      }
    }
    arguments.countOperands(verb);
    return arguments;
  }

  /** How many of the words after this one belong to it. */
  private int flag(Verb verb, String word, @Nullable String next) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    Flag flag =
        verb.flags().stream()
            .filter(f -> name.equals("--" + f.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "'" + verb.name() + "' has no flag '" + name + "'",
                        Names.suggestion(
                            name,
                            verb.flags().stream()
                                .filter(Flag::shown)
                                .map(f -> "--" + f.name())
                                .toList())));
    List<String> values = flags.computeIfAbsent(flag.name(), n -> new ArrayList<>());
    if (!values.isEmpty() && !flag.repeatable()) {
      throw new UsageException("'" + name + "' is given twice", "keep one of them");
    }
    if (flag.value() == null) {
      if (equals >= 0) {
        throw new UsageException("'" + name + "' takes no value", null);
      }
      values.add("");
      return 0;
    }
    if (equals < 0 && (next == null || next.startsWith("--"))) {
      throw new UsageException("'" + name + "' needs a value", "write " + flag.synopsis());
    }
    String value = equals < 0 ? String.valueOf(next) : word.substring(equals + 1);
    if (!flag.allowed().isEmpty() && !flag.allowed().contains(value)) {
      throw new UsageException(
          "'" + name + "' cannot be '" + value + "'", Names.suggestion(value, flag.allowed()));
    }
    values.add(value);
    return equals < 0 ? 1 : 0;
  }

  private void countOperands(Verb verb) {
    if (operands.size() < verb.operands().least()) {
      throw new UsageException(
          "'" + verb.name() + "' needs " + verb.operands().synopsis(),
          "see 'runner " + verb.name() + " --help'");
    }
    if (operands.size() > verb.operands().most()) {
      throw new UsageException(
          "'" + operands.get(verb.operands().most()) + "' is one word too many",
          "see 'runner " + verb.name() + " --help'");
    }
  }

  List<String> operands() {
    return operands;
  }

  boolean has(String flag) {
    return flags.containsKey(flag);
  }

  Optional<String> find(String flag) {
    return flags.containsKey(flag) ? Optional.of(flags.get(flag).get(0)) : Optional.empty();
  }

  List<String> all(String flag) {
    return flags.getOrDefault(flag, List.of());
  }

  /** A flag whose value is a length of time. */
  Optional<Duration> duration(String flag) {
    Optional<String> text = find(flag);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      long millis = Durations.millis(text.get());
      if (millis > 0) {
        return Optional.of(Duration.ofMillis(millis));
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for zero.
    }
    throw new UsageException(
        "'--" + flag + "' must be a length of time, not '" + text.get() + "'", "write it as '30s'");
  }

  /** {@code --set name=value}, as often as given. */
  Map<String, String> parameters() {
    Map<String, String> given = new LinkedHashMap<>();
    for (String pair : all("set")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageException(
            "'--set' needs a name and a value, not '" + pair + "'", "write --set NAME=VALUE");
      }
      String name = pair.substring(0, equals);
      if (given.put(name, pair.substring(equals + 1)) != null) {
        throw new UsageException("'--set' gives '" + name + "' twice", "keep one of them");
      }
    }
    return given;
  }
}
