package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.time.Zones;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** {@code settings:} of the file. */
final class SettingsReader {
  private SettingsReader() {}

  static Settings read(Optional<Node> node, Problems problems) {
    Node.Mapping settings =
        node.orElse(null) instanceof Node.Mapping mapping
            ? mapping
            : new Node.Mapping(List.of(), SourcePosition.NOWHERE);
    ZoneId zone = ZoneOffset.UTC;
    if (settings.get("timeZone").orElse(null) instanceof Node.Text text) {
      zone = zone(text, problems);
    }
    return new Settings(
        new Session(zone, flag(settings, "ansi", true)),
        number(settings, "parallelism", Runtime.getRuntime().availableProcessors()),
        number(settings, "minBatchesToRetain", 100),
        flag(settings, "noDataBatches", true),
        WatermarkPolicy.of(word(settings, "multipleWatermarkPolicy", "min")),
        settings.get("multipleWatermarkPolicy").map(Node::at).orElse(SourcePosition.NOWHERE),
        word(settings, "stateStore", Settings.MEMORY),
        flag(settings, "allowStateEvolution", false));
  }

  private static ZoneId zone(Node.Text text, Problems problems) {
    try {
      ZoneId zone = Zones.of(text.value());
      return zone.normalized() instanceof ZoneOffset offset ? offset : zone;
    } catch (DateTimeException e) {
      problems.error(
          "invalid-value",
          text.at(),
          "there is no time zone '" + text.value() + "'",
          "write it as 'Europe/Berlin', 'UTC' or '+02:00'");
      return ZoneOffset.UTC;
    }
  }

  private static String word(Node.Mapping settings, String name, String standard) {
    return settings.get(name).orElse(null) instanceof Node.Text text ? text.value() : standard;
  }

  private static boolean flag(Node.Mapping settings, String name, boolean standard) {
    return settings.get(name).orElse(null) instanceof Node.Text text ? text.isTrue() : standard;
  }

  private static int number(Node.Mapping settings, String name, int standard) {
    if (settings.get(name).orElse(null) instanceof Node.Text text
        && text.kind() == Node.Text.Kind.INTEGER) {
      try {
        return Math.max(1, Integer.parseInt(text.value()));
      } catch (NumberFormatException e) {
        return standard;
      }
    }
    return standard;
  }
}
