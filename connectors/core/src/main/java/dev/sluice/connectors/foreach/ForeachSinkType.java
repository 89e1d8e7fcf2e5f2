package dev.sluice.connectors.foreach;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code foreach}: gives rows one by one to a {@link ForeachWriter} of a plug-in. */
public final class ForeachSinkType implements SinkType {
  /** The word in the pipeline file. */
  public static final String NAME = "foreach";

  private static final String WRITER = "writer";
  private static final String PARTITIONS = "numPartitions";

  private final Registry<ForeachWriterType> writers;

  /** Without writers: they come with plug-ins. */
  public ForeachSinkType() {
    this(new Registry<>(List.of()));
  }

  /** With the writers of plug-ins. */
  public ForeachSinkType(Registry<ForeachWriterType> writers) {
    this.writers = writers;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Gives rows one by one to a writer of a plug-in";
  }

  @Override
  public List<Option> options() {
    List<Option> own = own();
    Map<String, Option> all = new LinkedHashMap<>();
    own.forEach(option -> all.put(option.name(), option));
    for (ForeachWriterType writer : writers.all()) {
      writer.options().forEach(option -> all.putIfAbsent(option.name(), optional(option)));
    }
    return new ArrayList<>(all.values());
  }

  private List<Option> own() {
    String what = "The writer's name, as its plug-in says";
    Option writer =
        writers.names().isEmpty()
            ? Option.text(WRITER, what)
            : Option.choice(WRITER, writers.names(), what);
    return List.of(
        writer.mandatory(),
        Option.integer(PARTITIONS, "How many writers work side by side, each on its own rows")
            .orElse("1")
            .atLeast(1));
  }

  /** What one writer must be told says nothing about the others. */
  private static Option optional(Option option) {
    return new Option(
        option.name(),
        option.kind(),
        option.description(),
        false,
        Optional.empty(),
        option.allowed(),
        option.aliases(),
        option.minimum(),
        option.secret());
  }

  /** A row's partition follows from their number, and writers know what they have by both. */
  @Override
  public boolean tellsBatches(Option option) {
    return option.name().equals(PARTITIONS);
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  private Optional<ForeachWriterType> writer(Options options) {
    return options.find(WRITER).flatMap(writers::find);
  }

  private static Options of(ForeachWriterType writer, Options options) {
    return options.restrictedTo(writer.options());
  }

  @Override
  public void check(Options options, Problems problems) {
    Optional<String> name = options.find(WRITER);
    if (name.isEmpty()) {
      return;
    }
    Optional<ForeachWriterType> writer = writer(options);
    if (writer.isEmpty()) {
      problems.error(
          "unknown-writer",
          options.at(WRITER),
          "there is no writer '" + name.get() + "'",
          writers.names().isEmpty()
              ? "put the jar that has it into the folder 'plugins' beside this file"
              : writers.suggestion(name.get()));
      return;
    }
    for (ForeachWriterType other : writers.all()) {
      for (Option option : other.options()) {
        boolean known =
            writer.get().options().stream().anyMatch(o -> o.name().equals(option.name()));
        if (!known && options.isGiven(option.name())) {
          problems.error(
              "useless-option",
              options.at(option.name()),
              "the option '"
                  + option.name()
                  + "' says nothing to the writer '"
                  + writer.get().name()
                  + "'",
              "it is one of 'writer: " + other.name() + "'");
        }
      }
    }
    for (Option option : writer.get().options()) {
      if (option.required() && !options.isGiven(option.name())) {
        problems.error(
            "missing-option",
            options.at(WRITER),
            "the writer '" + writer.get().name() + "' needs the option '" + option.name() + "'",
            option.description());
      }
    }
    if (!problems.hasErrors()) {
      writer.get().check(of(writer.get(), options), problems);
    }
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    writer(options).ifPresent(w -> w.check(schema, of(w, options), problems));
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    ForeachWriterType writer = writer(options).orElseThrow();
    Options own = of(writer, options);
    return new ForeachSink(
        writer.name(),
        schema,
        Math.toIntExact(options.number(PARTITIONS)),
        () -> writer.create(schema, own, context));
  }
}
