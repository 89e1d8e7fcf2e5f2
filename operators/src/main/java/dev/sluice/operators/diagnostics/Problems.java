package dev.sluice.operators.diagnostics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects problems, so that the user sees all of them at once. Adding never throws. Not
 * thread-safe.
 */
public final class Problems {
  private final List<Problem> all = new ArrayList<>();

  public void error(String code, SourcePosition at, String fact, @Nullable String remedy) {
    add(new Problem(Problem.Severity.ERROR, code, at, fact, Optional.ofNullable(remedy)));
  }

  public void warning(String code, SourcePosition at, String fact, @Nullable String remedy) {
    add(new Problem(Problem.Severity.WARNING, code, at, fact, Optional.ofNullable(remedy)));
  }

  public void add(Problem problem) {
    if (!all.contains(problem)) {
      all.add(problem);
    }
  }

  public boolean hasErrors() {
    return all.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
  }

  public int errorCount() {
    return (int) all.stream().filter(p -> p.severity() == Problem.Severity.ERROR).count();
  }

  /** In the order of the file. */
  public List<Problem> all() {
    return all.stream().sorted(Comparator.comparing(Problem::at)).toList();
  }

  /** Throws one exception with every problem if there is an error among them. */
  public void throwIfErrors() {
    if (hasErrors()) {
      throw new InvalidPipelineException(all());
    }
  }
}
