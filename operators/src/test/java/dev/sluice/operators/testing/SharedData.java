package dev.sluice.operators.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the large sets of observed facts, which are too many for the repository: by the system
 * property {@code sluice.shared}, the variable {@code SLUICE_SHARED}, or a folder {@code shared}
 * next to the clone. A test that needs them is skipped where they are missing.
 */
@NullMarked
public final class SharedData {
  private SharedData() {}

  /** The file or folder at that path below the shared folder; skips the calling test without it. */
  public static Path require(String relative) {
    Path path = root().map(root -> root.resolve(relative)).orElse(Path.of("missing"));
    Assumptions.assumeTrue(
        Files.exists(path), () -> "skipped: " + relative + " is not there; set SLUICE_SHARED");
    return path;
  }

  /** The root of the repository: the nearest folder upwards that holds the launcher. */
  public static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("pipelines"))
        || !Files.exists(folder.resolve("LICENSE"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "not inside the repository: " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  private static Optional<Path> root() {
    String named = System.getProperty("sluice.shared", System.getenv("SLUICE_SHARED"));
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    for (Path folder = repository(); folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolveSibling("shared").resolve("conformance");
      if (Files.isDirectory(candidate)) {
        return Optional.ofNullable(candidate.getParent());
      }
    }
    return Optional.empty();
  }
}
