package dev.sluice.runner.cli;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.operator.EmbeddedDataflow;
import dev.sluice.operators.operator.StateOptions;
import dev.sluice.operators.state.LocalStoreType;
import dev.sluice.runner.loop.EmbeddedEngine;
import dev.sluice.runner.pipeline.Secrets;
import dev.sluice.runner.plan.Engine;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.schema.Components;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who works with whom: constructor calls in one place. */
final class Wiring {
  private Wiring() {}

  static Components components() {
    return Components.load();
  }

  /** As {@link #files(StoreSettings)}, the way that the environment says. */
  static StoreRegistry files() {
    return files(StoreSettings.NONE);
  }

  /** The local disk at once, other storage when a location asks for it. */
  static StoreRegistry files(StoreSettings settings) {
    return new StoreRegistry(settings);
  }

  /** Storage that gives up soon where nobody answers. */
  static StoreRegistry impatientFiles(StoreSettings settings) {
    return StoreRegistry.impatient(settings);
  }

  static Engine engine(Secrets secrets) {
    return new EmbeddedEngine(
        (plan, files, stateDirectory) -> dataflow(plan, files, stateDirectory, secrets));
  }

  private static Dataflow dataflow(
      Plan plan, FileStore files, String stateDirectory, Secrets secrets) {
    List<EmbeddedDataflow.Output> outputs = new ArrayList<>();
    for (PlannedSink sink : plan.sinks()) {
      outputs.add(new EmbeddedDataflow.Output(sink.rel(), sink.mode()));
    }
    String store = plan.settings().stateStore();
    return EmbeddedDataflow.create(
        outputs,
        plan.settings().parallelism(),
        files,
        stateDirectory,
        new StateOptions(
            store.equals(Settings.MEMORY)
                ? Optional.empty()
                : Optional.of(() -> LocalStoreType.open(store)),
            plan.settings().allowStateEvolution(),
            secrets::redact));
  }
}
