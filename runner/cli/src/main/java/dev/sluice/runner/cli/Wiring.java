package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.runner.plan.Engine;
import dev.sluice.runner.schema.Components;

/** Who works with whom: constructor calls in one place. */
final class Wiring {
  private Wiring() {}

  static Components components() {
    return Components.load();
  }

  static FileStores files() {
    FileStore local = new LocalFileStore();
    return location -> {
      int scheme = location.indexOf("://");
      if (scheme > 0 && !location.startsWith("file:")) {
        throw new PipelineException(
            "unknown-file-store",
            "there is no file store for '" + location.substring(0, scheme + 3) + "'");
      }
      return local;
    };
  }

  static Engine engine() {
    throw new PipelineException("missing-engine", "this build has no engine yet");
  }
}
