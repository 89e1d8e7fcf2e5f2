package dev.sluice.runner.cli;

import dev.sluice.runner.pipeline.Secrets;

/** The secrets of this process, for the log: logging cannot be handed anything. */
final class Redaction {
  private static volatile Secrets secrets = new Secrets();

  private Redaction() {}

  static void use(Secrets current) {
    secrets = current;
  }

  static String redact(String text) {
    return secrets.redact(text);
  }
}
