package dev.sluice.runner.cli;

import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.Pipeline;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.pipeline.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How verbs that run no pipeline are told the way to HDFS and S3. */
final class StoreFlags {
  private StoreFlags() {}

  /** A verb's own flags, and these. */
  static List<Flag> and(Flag... own) {
    List<Flag> all = new ArrayList<>(List.of(own));
    all.add(
        Flag.of(
            "settings",
            "FILE",
            "reaches hdfs:// and s3a:// as the settings.hadoop of this pipeline file say"));
    all.add(Flag.many("set", "NAME=VALUE", "gives a parameter of that file its value"));
    all.add(
        Flag.many("conf", "NAME=VALUE", "one such setting: fs.s3a.endpoint=http://localhost:9000"));
    all.add(Plugins.FLAG);
    return List.copyOf(all);
  }

  /** The stores as the command says; what it does not say is as the environment has it. */
  static StoreRegistry files(Arguments arguments, Console console) {
    Map<String, String> values = new LinkedHashMap<>();
    Optional<String> file = arguments.find("settings");
    if (file.isPresent()) {
      values.putAll(ofPipeline(file.get(), arguments, console));
    } else if (arguments.has("set")) {
      throw new UsageException("'--set' goes with '--settings'", "name the pipeline file");
    }
    values.putAll(given(arguments, console.secrets()));
    StoreSettings settings = new StoreSettings(values);
    for (FileStoreType type : StoreRegistry.installed()) {
      for (String fact : type.check(settings)) {
        throw new UsageException(fact, null);
      }
    }
    return Wiring.files(settings);
  }

  private static Map<String, String> ofPipeline(String file, Arguments arguments, Console console) {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        PipelineLoader.load(
            new LoadRequest(
                console.directory().resolve(file),
                file,
                arguments.parameters(),
                console.environment(),
                true,
                Optional.empty(),
                Optional.empty(),
                Plugins.folders(arguments, console),
                console.secrets()),
            Wiring.components(),
            problems);
    problems.throwIfErrors();
    return pipeline.map(found -> found.storeSettings().all()).orElse(Map.of());
  }

  private static Map<String, String> given(Arguments arguments, Secrets secrets) {
    Map<String, String> values = new LinkedHashMap<>();
    if (!arguments.has("conf")) {
      return values;
    }
    List<FileStoreType> types = StoreRegistry.installed();
    List<Option> options = types.stream().flatMap(type -> type.options().stream()).toList();
    List<String> prefixes =
        types.stream().flatMap(type -> type.passThroughPrefixes().stream()).toList();
    for (String pair : arguments.all("conf")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageException("'--conf' needs a name and a value", "write --conf NAME=VALUE");
      }
      String name = pair.substring(0, equals);
      String value = pair.substring(equals + 1);
      Optional<Option> option = options.stream().filter(o -> o.name().equals(name)).findFirst();
      if (option.isEmpty() && prefixes.stream().noneMatch(name::startsWith)) {
        throw new UsageException(
            "there is no setting '" + name + "'",
            Names.suggestion(name, options.stream().map(Option::name).toList()));
      }
      if (option.map(Option::secret).orElse(false) || Secrets.isSecret(name)) {
        secrets.add(value);
      }
      values.put(name, value);
    }
    return values;
  }
}
