package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.step.StepType;
import dev.sluice.runner.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every part of every step in another shape, gone, or misspelt: a mistake of the file, no more. */
class MangledPipelinesTest {
  private static final String PIPELINE =
      """
      name: q
      sources:
        a: {format: csv, path: a, schema: {id: bigint, name: string, at: timestamp}}
        b: {format: csv, path: b, static: true, schema: {id: bigint, word: string}}
      steps: [{from: a}]
      sink: {format: console}
      views:
        conditions:
          - from: a
          - where: id > 1
          - select: [id, name AS word, at]
          - withColumns: {more: id + 1}
          - rename: {more: less}
          - drop: [less]
          - watermark: {column: at, delay: 1 minute}
          - dropDuplicates: {columns: [id], withinWatermark: true}
        tables:
          - from: b
          - union: [b]
          - sort: [id DESC]
          - limit: 10
        ordered:
          - from: b
          - orderBy: [id]
        queries:
          - from: a
          - sql: SELECT id, count(*) AS n FROM input GROUP BY id
        joins:
          - from: a
          - join: {with: b, type: leftOuter, on: [id]}
        conditional:
          - from: a
          - join: {with: b, on: a.id = b.id}
        groups:
          - from: a
          - watermark: {column: at, delay: 1 minute}
          - groupBy:
              window: {column: at, duration: 10 minutes, slide: 5 minutes, startTime: 1 minute}
              keys: [name, id AS key]
              agg: {n: count(*), first: min(id)}
              perBatch: true
        sessions:
          - from: a
          - watermark: {column: at, delay: 1 minute}
          - groupBy: {window: {column: at, gap: 5 minutes}, agg: {n: count(*)}}
        states:
          - from: a
          - transformWithState:
              keys: [id, name AS word]
              state: {n: {type: bigint, ttl: 1 hour}, last: timestamp}
              init: {n: 0}
              initialState: {from: b, keys: [id, word], update: {n: {set: row.id, when: true}}}
              update: {n: {set: state.n + 1, when: state.n < 9}, last: row.at}
              emit: {each: row, when: state.n > 1, select: [key.id, state.n]}
              remove: {each: row, when: state.n > 8}
              timeout: {processingTime: 1 minute}
              onTimeout:
                update: {n: 0}
                emit: [{when: true, select: [key.id, state.n]}]
                remove: state.n > 1
                timeout: 1 minute
              ttl: 2 hours
              outputMode: update
        timers:
          - from: a
          - watermark: {column: at, delay: 1 minute}
          - transformWithState:
              keys: [id]
              state: n bigint
              initialState:
                from: b
                update: {n: 1}
                timers: {soon: "timestamp '2024-01-01 00:00:00'"}
              update: {n: state.n + 1}
              emit: {select: [key.id, timers.soon]}
              remove: false
              timers:
                soon:
                  eventTime: row.at
                  when: true
                  delete: state.n > 3
                  onTimer:
                    update: {n: 0}
                    timers: {late: "NULL"}
                    emit: {select: [key.id, timer.at]}
                    remove: true
                late: {eventTime: row.at}
      """;

  private static final List<String> SHAPES =
      List.of("{\"days\":1}", "[\"x\"]", "[[\"id\"]]", "[{\"a\":\"id\"}]", "{}", "[]", "''", "7");

  @TempDir Path folder;

  @Test
  void thePipelineIsRightAndHasEveryStep() throws IOException {
    assertThat(validate(PIPELINE).out()).isEqualTo("p.yaml: valid\n");
    for (StepType step : ServiceLoader.load(StepType.class)) {
      assertThat(PIPELINE).contains("- " + step.name() + ":");
    }
  }

  @Test
  void aPartOfAnotherShapeIsAMistakeOfTheFile() throws IOException {
    List<String> mangled = new ArrayList<>();
    Node root =
        YamlReader.read("p", PIPELINE.getBytes(StandardCharsets.UTF_8), new Problems())
            .orElseThrow();
    Node.Mapping file = (Node.Mapping) root;
    Node views = file.get("views").orElseThrow();
    String rest = PIPELINE.substring(0, PIPELINE.indexOf("views:"));
    for (Node.Entry view : ((Node.Mapping) views).entries()) {
      mangle(view.value(), text -> rest + "views: {v: " + text + "}\n", 0, mangled);
    }
    assertThat(mangled).hasSizeGreaterThan(1000);
    for (String text : mangled) {
      Command.Result result = validate(text);
      assertThat(result.err()).as(text).isEmpty();
      assertThat(result.code()).as(text).isIn(Main.DONE, Main.WRONG);
    }
  }

  private Command.Result validate(String text) throws IOException {
    Files.writeString(folder.resolve("p.yaml"), text);
    return Command.run(folder, "validate", "p.yaml");
  }

  /** The file with each part of a node replaced; the parts of a view are its steps. */
  private static void mangle(
      Node node, UnaryOperator<String> around, int depth, List<String> into) {
    if (depth > 1) {
      SHAPES.forEach(shape -> into.add(around.apply(shape)));
    }
    if (node instanceof Node.Mapping mapping) {
      for (int i = 0; i < mapping.entries().size(); i++) {
        Node.Entry entry = mapping.entries().get(i);
        String key = Json.write(entry.key().value());
        List<String> others = new ArrayList<>();
        mapping.entries().stream()
            .filter(other -> other != entry)
            .forEach(
                other -> others.add(Json.write(other.key().value()) + ": " + text(other.value())));
        int place = i;
        UnaryOperator<String> item =
            text -> {
              List<String> all = new ArrayList<>(others);
              all.add(place, text);
              return around.apply("{" + String.join(", ", all) + "}");
            };
        if (depth > 1) {
          into.add(around.apply("{" + String.join(", ", others) + "}"));
          into.add(item.apply(Json.write(entry.key().value() + "x") + ": " + text(entry.value())));
        }
        mangle(entry.value(), text -> item.apply(key + ": " + text), depth + 1, into);
      }
    } else if (node instanceof Node.Sequence list) {
      for (int i = 0; i < list.items().size(); i++) {
        List<String> before =
            list.items().subList(0, i).stream().map(MangledPipelinesTest::text).toList();
        List<String> after =
            list.items().subList(i + 1, list.items().size()).stream()
                .map(MangledPipelinesTest::text)
                .toList();
        mangle(
            list.items().get(i),
            text -> {
              List<String> all = new ArrayList<>(before);
              all.add(text);
              all.addAll(after);
              return around.apply("[" + String.join(", ", all) + "]");
            },
            depth + 1,
            into);
      }
    }
  }

  private static String text(Node node) {
    if (node instanceof Node.Text text) {
      return text.kind() == Node.Text.Kind.STRING ? Json.write(text.value()) : text.value();
    }
    if (node instanceof Node.Sequence list) {
      return "["
          + String.join(", ", list.items().stream().map(MangledPipelinesTest::text).toList())
          + "]";
    }
    return "{"
        + String.join(
            ", ",
            ((Node.Mapping) node)
                .entries().stream()
                    .map(entry -> Json.write(entry.key().value()) + ": " + text(entry.value()))
                    .toList())
        + "}";
  }
}
