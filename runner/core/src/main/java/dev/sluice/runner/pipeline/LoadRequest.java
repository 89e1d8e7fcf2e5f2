package dev.sluice.runner.pipeline;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a pipeline file is loaded with.
 *
 * @param displayName the file as the user wrote it: it stands in every problem
 * @param parameters what {@code --set} gave
 * @param environment the variables that {@code ${env:...}} reads
 * @param readSecrets false while the file is only checked: then secrets stay unread
 * @param trigger {@code --trigger}: stands in the place of the file's
 * @param checkpoint {@code --checkpoint}: stands in the place of the file's
 * @param secrets is told every secret value, so that nothing prints one
 */
public record LoadRequest(
    Path file,
    String displayName,
    Map<String, String> parameters,
    Map<String, String> environment,
    boolean readSecrets,
    Optional<String> trigger,
    Optional<String> checkpoint,
    Secrets secrets) {
  /** A check of a file, nothing set. */
  public static LoadRequest check(Path file, String displayName) {
    return new LoadRequest(
        file,
        displayName,
        Map.of(),
        System.getenv(),
        false,
        Optional.empty(),
        Optional.empty(),
        new Secrets());
  }

  /** Where relative paths start. */
  public Path baseDirectory() {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
