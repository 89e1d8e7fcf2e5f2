package dev.sluice.runner.pipeline;

import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.runner.schema.OptionValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code settings.hadoop} of the file. Names have been checked by the schema. */
final class StoreSettingsReader {
  private StoreSettingsReader() {}

  /**
   * @param settings {@code settings:}
   * @param unknown values that are not known before the run
   */
  static StoreSettings read(
      Optional<Node> settings, Predicate<Node> unknown, Secrets secrets, Problems problems) {
    if (!(settings.orElse(null) instanceof Node.Mapping all)
        || !(all.get("hadoop").orElse(null) instanceof Node.Mapping hadoop)) {
      return StoreSettings.NONE;
    }
    List<FileStoreType> types = StoreRegistry.installed();
    Map<String, String> values = new LinkedHashMap<>();
    for (Node.Entry entry : hadoop.entries()) {
      String name = entry.key().value();
      if (!(entry.value() instanceof Node.Text value)) {
        continue;
      }
      Optional<Option> option = option(types, name);
      if (option.map(Option::secret).orElse(false) || Secrets.isSecret(name)) {
        secrets.add(value.value(), value.at(), problems);
      }
      if (option.isPresent() && !unknown.test(value)) {
        OptionValues.check("settings.hadoop", option.get(), value, problems);
      }
      values.put(name, value.value());
    }
    StoreSettings read = new StoreSettings(values);
    if (hadoop.entries().stream().anyMatch(entry -> unknown.test(entry.value()))) {
      return read;
    }
    for (FileStoreType type : types) {
      type.check(read)
          .forEach(fact -> problems.error("conflicting-settings", hadoop.at(), fact, null));
    }
    return read;
  }

  private static Optional<Option> option(List<FileStoreType> types, String name) {
    return types.stream()
        .flatMap(type -> type.options().stream())
        .filter(option -> option.name().equals(name))
        .findFirst();
  }
}
