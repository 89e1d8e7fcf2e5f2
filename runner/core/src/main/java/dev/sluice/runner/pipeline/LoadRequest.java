package dev.sluice.runner.pipeline;

import dev.sluice.operators.io.Locations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * @param plugins more folders of plug-ins, beside the file's own
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
    List<Path> plugins,
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
        List.of(),
        new Secrets());
  }

  /** Where relative paths start. */
  public Path baseDirectory() {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** A location that the file names, as an absolute one. */
  public String resolve(String location) {
    return Locations.resolve(location, baseDirectory().toString());
  }

  /** Where plug-ins may lie: in {@code plugins} beside the file, and where the command says. */
  public List<Path> pluginFolders() {
    List<Path> folders = new ArrayList<>();
    folders.add(baseDirectory().resolve("plugins"));
    plugins.forEach(folder -> folders.add(folder.toAbsolutePath().normalize()));
    return folders.stream().distinct().toList();
  }
}
