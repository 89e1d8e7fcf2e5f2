package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SqlParameters;
import dev.sluice.runner.plugin.Installed;
import dev.sluice.runner.plugin.PluginJars;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.Pointer;
import dev.sluice.runner.schema.SchemaCheck;
import dev.sluice.runner.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From a file to a checked pipeline. */
public final class PipelineLoader {
  private PipelineLoader() {}

  /**
   * Reads and checks a file. Every mistake is in {@code problems}, all at once; the pipeline is
   * there if its shape allows to speak of one, and may be run only if there is no error.
   */
  public static Optional<Pipeline> load(
      LoadRequest request, Components components, Problems problems) {
    try {
      return check(request, components, problems);
    } catch (StackOverflowError e) {
      tooDeep(request, problems);
      return Optional.empty();
    }
  }

  private static void tooDeep(LoadRequest request, Problems problems) {
    problems.error(
        "nested-too-deep",
        new SourcePosition(request.displayName(), 1, 1),
        "the pipeline has more steps behind one another, or deeper expressions, than fit the stack",
        "put several steps into one, or raise the limit (SLUICE_JAVA_OPTS=-Xss64m)");
  }

  private static Optional<Pipeline> check(LoadRequest request, Components own, Problems problems) {
    Optional<Node> read = read(request, problems);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    Installed installed =
        PluginJars.load(
            request.pluginFolders(), new Installed(own, FunctionRegistry.installed()), problems);
    Components components = installed.components();
    Substitution substitution = new Substitution(request, problems);
    Node root = substitution.apply(read.get());
    Set<Pointer> broken = SchemaCheck.check(components, root, substitution::isUnknown, problems);
    if (!(root instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    Analysis analysis =
        new Analysis(
            request,
            components,
            installed
                .functions()
                .plus(SqlParameters.functions(substitution.parameters().literals())),
            mapping,
            new ShapeMistakes(broken),
            substitution,
            problems);
    return Optional.of(analysis.analyse(Map.of()));
  }

  /** The pipeline anew, now that the columns of its sources are known. */
  static Pipeline bind(Analysis analysis, Map<String, Schema> schemas) {
    Problems problems = new Problems();
    try {
      Pipeline bound = analysis.with(problems).analyse(schemas);
      problems.throwIfErrors();
      return bound;
    } catch (StackOverflowError e) {
      throw new PipelineException(
          "nested-too-deep",
          "the pipeline's steps do not fit the stack; put several into one, or raise the limit"
              + " (SLUICE_JAVA_OPTS=-Xss64m)",
          e);
    }
  }

  private static Optional<Node> read(LoadRequest request, Problems problems) {
    Path file = request.file();
    SourcePosition at = new SourcePosition(request.displayName(), 0, 0);
    try {
      if (Files.isDirectory(file)) {
        problems.error("unreadable-file", at, "this is a directory", "name the file in it");
        return Optional.empty();
      }
      if (Files.isRegularFile(file) && Files.size(file) > YamlReader.MAX_BYTES) {
        YamlReader.tooLarge(request.displayName(), Files.size(file), problems);
        return Optional.empty();
      }
      try (var in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(YamlReader.MAX_BYTES + 1);
        return YamlReader.read(request.displayName(), bytes, problems);
      }
    } catch (NoSuchFileException e) {
      problems.error("file-not-found", at, "there is no such file", null);
    } catch (IOException e) {
      String why =
          e instanceof AccessDeniedException
              ? "permission denied"
              : e instanceof FileSystemException f && f.getReason() != null
                  ? f.getReason()
                  : String.valueOf(e.getMessage());
      problems.error("unreadable-file", at, "the file cannot be read: " + why, null);
    }
    return Optional.empty();
  }
}
