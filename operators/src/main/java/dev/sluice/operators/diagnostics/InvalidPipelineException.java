package dev.sluice.operators.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

/** What the user wrote is wrong, in one or more places; exit code 2. */
public final class InvalidPipelineException extends RuntimeException {
  private final transient List<Problem> problems;

  public InvalidPipelineException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
