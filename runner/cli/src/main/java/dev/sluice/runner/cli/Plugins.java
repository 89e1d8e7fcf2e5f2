package dev.sluice.runner.cli;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.plugin.Installed;
import dev.sluice.runner.plugin.PluginJars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Where plug-ins lie: what {@code --plugins} says, and the folder of the installation. */
final class Plugins {
  static final Flag FLAG =
      Flag.many("plugins", "DIR", "a folder of plug-in jars, beside 'plugins' next to the file");

  private Plugins() {}

  /** Throws {@link UsageException} for a folder that is not there. */
  static List<Path> folders(Arguments arguments, Console console) {
    List<Path> folders = new ArrayList<>();
    for (String given : arguments.all(FLAG.name())) {
      Path folder = console.directory().resolve(given);
      if (!Files.isDirectory(folder)) {
        throw new UsageException("'--plugins': there is no folder '" + given + "'", null);
      }
      folders.add(folder);
    }
    // Set by the launcher.
    String home = System.getProperty("sluice.home");
    if (home != null) {
      folders.add(Path.of(home, "plugins"));
    }
    return folders;
  }

  private static List<Path> foldersHere(Arguments arguments, Console console) {
    List<Path> folders = new ArrayList<>();
    folders.add(console.directory().resolve("plugins"));
    folders.addAll(folders(arguments, console));
    return folders.stream().filter(Files::isDirectory).toList();
  }

  /**
   * What queries without a pipeline file can name.
   *
   * @param formats of files
   */
  record Named(FunctionRegistry functions, Supplier<Registry<FileFormat>> formats) {}

  /** For queries, with what {@code plugins} here has. */
  static Named named(Arguments arguments, Console console) {
    if (foldersHere(arguments, console).isEmpty()) {
      return new Named(FunctionRegistry.installed(), FormatComponents::formats);
    }
    Installed all = all(arguments, console);
    return new Named(all.functions(), all::formats);
  }

  /** All functions, for verbs without a pipeline file: with those of {@code plugins} here. */
  static FunctionRegistry functions(Arguments arguments, Console console) {
    // Components are not loaded for nothing.
    return named(arguments, console).functions();
  }

  /** Everything, for verbs without a pipeline file: with the jars of {@code plugins} here. */
  static Installed all(Arguments arguments, Console console) {
    Problems problems = new Problems();
    Installed all = PluginJars.load(foldersHere(arguments, console), Installed.load(), problems);
    problems.throwIfErrors();
    return all;
  }
}
