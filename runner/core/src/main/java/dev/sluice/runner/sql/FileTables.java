package dev.sluice.runner.sql;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.file.FileTable;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.connectors.file.SchemaUnknownException;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectPlanner;
import dev.sluice.runner.schema.OptionValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Files as tables of ad-hoc queries: {@code csv.`path` WITH (header = true)}. */
public final class FileTables implements SelectPlanner.Tables {
  private final FileStores files;
  private final String directory;
  private final Session session;
  private final int parallelism;
  private final SelectPlanner.Tables named;
  private final Supplier<Registry<FileFormat>> formats;
  private final Map<String, Open> open = new HashMap<>();

  private record Open(FileTable table, Options options, Rel.Read read) {}

  /**
   * @param directory where relative paths start
   * @param parallelism for how many workers files are cut
   * @param named tables that have names, beside the files
   * @param formats of files, asked when a query names one
   */
  public FileTables(
      FileStores files,
      String directory,
      Session session,
      int parallelism,
      SelectPlanner.Tables named,
      Supplier<Registry<FileFormat>> formats) {
    this.named = named;
    this.formats = formats;
    this.files = files;
    this.directory = directory;
    this.session = session;
    this.parallelism = parallelism;
  }

  @Override
  public Optional<Rel> table(String name) {
    return named.table(name);
  }

  @Override
  public List<String> names() {
    return named.names();
  }

  @Override
  public Optional<String> hint() {
    List<String> all = formats.get().all().stream().map(FileFormat::name).sorted().toList();
    return Optional.of("files are read as FORMAT.`path`: " + String.join(", ", all));
  }

  @Override
  public Optional<SelectPlanner.SubqueryRunner> beforehand(Rel part) {
    QueryRun run = new QueryRun(this, parallelism, System.currentTimeMillis());
    return Optional.of(
        plan -> {
          List<Batch> rows = new ArrayList<>();
          run.run(
              plan,
              batch -> {
                rows.add(batch);
                return true;
              });
          return rows;
        });
  }

  @Override
  public Optional<Rel> files(SelectPlanner.Files wanted) {
    Optional<FileFormat> format = formats.get().find(wanted.format());
    if (format.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Node.Text> given = options(FormatComponents.source(format.get()), wanted);
    StringBuilder name =
        new StringBuilder(format.get().name() + ".`" + wanted.path().value() + "`");
    given.forEach((key, value) -> name.append(' ').append(key).append('=').append(value.value()));
    Open known = open.get(name.toString());
    if (known == null) {
      given.put("path", wanted.path());
      known = open(format.get(), name.toString(), given, wanted.path().at());
      open.put(name.toString(), known);
    }
    return Optional.of(known.read());
  }

  /** The rows of a table that a query reads. */
  List<Split> splits(String source) {
    Open found = open.get(source);
    if (found == null) {
      throw new IllegalArgumentException("there is no table " + source);
    }
    return found.table().splits(found.options(), parallelism);
  }

  private static Map<String, Node.Text> options(SourceType type, SelectPlanner.Files wanted) {
    Map<String, Node.Text> given = new LinkedHashMap<>();
    for (Node.Entry entry : wanted.options()) {
      String name = entry.key().value();
      List<String> names = new ArrayList<>();
      Optional<Option> option = Optional.empty();
      for (Option each : type.options()) {
        List<String> own = new ArrayList<>(each.aliases());
        own.add(each.name());
        names.addAll(own);
        if (own.stream().anyMatch(name::equalsIgnoreCase)) {
          option = Optional.of(each);
        }
      }
      if (option.isEmpty() || option.get().name().equals("path")) {
        throw new AnalysisException(
            "UNKNOWN_OPTION",
            entry.key().at(),
            "'" + type.name() + "' files have no option '" + name + "'",
            Names.suggestion(name, names));
      }
      if (entry.value() instanceof Node.Text value) {
        Problems problems = new Problems();
        OptionValues.check("source", type, option.get(), value, problems);
        throwFirst(problems);
        given.put(option.get().name(), value);
      }
    }
    return given;
  }

  private static void throwFirst(Problems problems) {
    if (problems.hasErrors()) {
      Problem first = problems.all().get(0);
      throw new AnalysisException(
          first.code(), first.at(), first.fact(), first.remedy().orElse(null));
    }
  }

  private Open open(
      FileFormat format, String name, Map<String, Node.Text> given, SourcePosition at) {
    SourceType type = FormatComponents.source(format);
    Options options = new Options(type.options(), given, at);
    Problems problems = new Problems();
    type.check(options, false, problems);
    throwFirst(problems);
    SourceContext context =
        new SourceContext(name, files, Clock.SYSTEM, "", directory, parallelism, false, session);
    FileTable table;
    try {
      table = FileTable.open(format, options, Optional.empty(), context);
    } catch (SchemaUnknownException e) {
      // A query has no place for a schema.
      throw new AnalysisException(e.code(), at, e.fact(), "is it another format?");
    } catch (PipelineException e) {
      throw e.code().equals("PATH_NOT_FOUND")
          ? nothingThere(options, at)
          : new AnalysisException(e.code(), at, String.valueOf(e.getMessage()), null);
    }
    if (table.size() == 0) {
      throw nothingThere(options, at);
    }
    Schema schema = table.schema().withHidden(table.hiddenColumns());
    Rel.Read read = new Rel.Read(name, schema, false, new Origin(name, at));
    return new Open(table, options, read);
  }

  private AnalysisException nothingThere(Options options, SourcePosition at) {
    return new AnalysisException(
        "PATH_NOT_FOUND",
        at,
        "there is no file at '" + options.text("path") + "'",
        "relative paths start at '" + directory + "'");
  }
}
