package dev.sluice.runner.cli;

import org.jspecify.annotations.Nullable;

/** The command line is wrong; exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final @Nullable String remedy;

  UsageException(String fact, @Nullable String remedy) {
    super(fact);
    this.remedy = remedy;
  }

  @Override
  public String toString() {
    return "error[command-line]: " + getMessage() + (remedy == null ? "" : "; " + remedy);
  }
}
