package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code transformWithState: {keys, state, init, initialState, update, emit, remove, timers,
 * timeout, onTimeout, ttl, outputMode}}: what Spark's {@code mapGroupsWithState}, {@code
 * flatMapGroupsWithState} and {@code transformWithState} need a function or class for. Expressions
 * see the structs {@code key}, {@code state} and {@code row}, {@code timed_out} and {@code
 * watermark}.
 */
public final class TransformWithStateStep implements StepType {
  @Override
  public String name() {
    return "transformWithState";
  }

  @Override
  public String summary() {
    return "keeps a state for each key, which rows change, and from which rows come";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("keys", keys("what rows of one state have in common"));
    properties.put("state", state());
    properties.put(
        "init", columns("what a column of the state is before the first row; default: all NULL"));
    properties.put("initialState", initialState());
    properties.put(
        "update",
        updates(
            "what a column of the state is after a row: an expression over key, state and row;"
                + " others stay"));
    properties.put("emit", emit(true));
    properties.put("remove", remove());
    properties.put("timers", timers());
    properties.put("timeout", timeout());
    properties.put("onTimeout", onTimeout());
    properties.put(
        "ttl", StepSchemas.text("how long a state lives that no row has changed, such as 1 hour"));
    properties.put("outputMode", outputMode());
    return mapping(
        "the state of each key, how rows change it, and what comes out",
        properties,
        List.of("keys", "state", "update"));
  }

  private static Map<String, Object> mapping(
      String description, Map<String, Object> properties, List<String> required) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", description);
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> keys(String description) {
    return StepSchemas.listOf(
        StepSchemas.sql("a column or SQL expression, perhaps followed by AS and a name"),
        description);
  }

  private static Map<String, Object> columns(String description) {
    return StepSchemas.mapOf(StepSchemas.sql("a SQL expression"), description);
  }

  /** Of each column an expression, perhaps only where a condition is true. */
  private static Map<String, Object> updates(String description) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("set", StepSchemas.sql("the value that it is given"));
    properties.put("when", StepSchemas.sql("only if this is true; else it stays"));
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("type", List.of("string", "number", "boolean", "object"));
    value.put("description", "a SQL expression, or {set, when}");
    value.put("properties", properties);
    value.put("required", List.of("set"));
    value.put("additionalProperties", false);
    return StepSchemas.mapOf(StepSchemas.markedAsSql(value), description);
  }

  private static Map<String, Object> state() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("type", StepSchemas.text("a type of Spark SQL"));
    properties.put(
        "ttl", StepSchemas.text("how long a value lives after it was given, such as 1 hour"));
    Map<String, Object> column = new LinkedHashMap<>();
    column.put("type", List.of("string", "object"));
    column.put("minLength", 1);
    column.put("description", "a type of Spark SQL, or {type, ttl}");
    column.put("properties", properties);
    column.put("required", List.of("type"));
    column.put("additionalProperties", false);
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("object", "string"));
    schema.put(
        "description", "the columns of a state: name: type, or a DDL string; lists are arrays");
    schema.put("additionalProperties", column);
    schema.put("minProperties", 1);
    schema.put("minLength", 1);
    return schema;
  }

  private static Map<String, Object> initialState() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("from", StepSchemas.text("a static source, or a view over such"));
    properties.put("keys", keys("the keys of its rows; default: the columns of those names"));
    properties.put(
        "update", updates("what a column of the state is after a row of it; others stay"));
    properties.put("timers", settings("to what timers are set then"));
    return mapping(
        "rows of a table that states begin with, taken before the first batch and never again",
        properties,
        List.of("from", "update"));
  }

  private static Map<String, Object> settings(String description) {
    return StepSchemas.mapOf(
        StepSchemas.expression(
            "a timestamp, or a length of time from the batch on; NULL deletes the timer"),
        description);
  }

  private static Map<String, Object> timers() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        "eventTime",
        StepSchemas.sql(
            "a timestamp, worked out after each row: the timer comes once the watermark has reached"
                + " it; NULL for never"));
    properties.put(
        "processingTime",
        StepSchemas.expression(
            "a length of time from the batch on, such as 10 minutes, or an expression that gives"
                + " one; NULL for never"));
    properties.put("when", StepSchemas.sql("set only after a row for which this is true"));
    properties.put("delete", StepSchemas.sql("deleted after a row for which this is true"));
    properties.put("onTimer", onTimer());
    Map<String, Object> timer = mapping("a timer of each key", properties, List.of());
    timer.put(
        "oneOf",
        List.of(
            Map.of("required", List.of("eventTime")),
            Map.of("required", List.of("processingTime"))));
    return StepSchemas.mapOf(
        timer, "times that a key waits for, by name; expressions see them as timers.NAME");
  }

  private static Map<String, Object> onTimer() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("update", updates("what a column of the state is then; default: it stays"));
    properties.put("timers", settings("to what timers are set then; default: others stay"));
    properties.put("emit", emit(false));
    properties.put(
        "remove", StepSchemas.sql("whether the state goes, with its timers; default: no"));
    Map<String, Object> schema =
        mapping(
            "what happens then; timer.name and timer.at say which one has come, and row is NULL",
            properties,
            List.of());
    schema.put("minProperties", 1);
    return schema;
  }

  private static Map<String, Object> each(String description) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("enum", List.of("row", "batch"));
    schema.put("description", description);
    return schema;
  }

  private static Map<String, Object> outputMode() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("enum", List.of(OutputMode.APPEND.toString(), OutputMode.UPDATE.toString()));
    schema.put(
        "description",
        "whether rows that come out are new ones, or new values of earlier ones; default: as the"
            + " sink's");
    return schema;
  }

  /** One emission, or a list of them. */
  private static Map<String, Object> emit(boolean rows) {
    Map<String, Object> one = emission(rows);
    one.put("type", "object");
    Map<String, Object> schema = emission(rows);
    schema.put("type", List.of("object", "array"));
    schema.put("description", "a row that comes out, or a list of such");
    schema.put("items", one);
    schema.put("minItems", 1);
    return schema;
  }

  private static Map<String, Object> emission(boolean rows) {
    Map<String, Object> properties = new LinkedHashMap<>();
    if (rows) {
      properties.put(
          "each",
          each("row (the default): after each row; batch: once in each batch that has rows"));
    }
    properties.put("when", StepSchemas.sql("only if this is true"));
    properties.put(
        "select",
        StepSchemas.listOf(
            StepSchemas.sql("an expression over key, state and row, perhaps with AS"),
            "the columns of the row"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", "a row that comes out");
    schema.put("properties", properties);
    schema.put("required", List.of("select"));
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> remove() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("each", each("when to look: after each row, or once a batch; default: as emit"));
    properties.put("when", StepSchemas.sql("the state goes if this is true"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("string", "boolean", "object"));
    schema.put("description", "the state goes if this is true, after what comes out");
    schema.put("properties", properties);
    schema.put("required", List.of("when"));
    schema.put("additionalProperties", false);
    return StepSchemas.markedAsSql(schema);
  }

  private static Map<String, Object> timeout() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        "eventTime",
        StepSchemas.sql(
            "a timestamp: the key times out once the watermark has passed it; NULL for never"));
    properties.put(
        "processingTime",
        StepSchemas.expression(
            "a length of time, such as 10 minutes, or an expression that gives one: the key times"
                + " out if no row has come for so long"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put(
        "description", "until when a key waits for rows; set after each batch that has some");
    schema.put("properties", properties);
    schema.put("minProperties", 1);
    schema.put("maxProperties", 1);
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> onTimeout() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("update", updates("what a column of the state is then; default: it stays"));
    properties.put("emit", emit(false));
    properties.put(
        "remove",
        StepSchemas.sql(
            "whether the state goes; default: true, or false where there is an update"));
    properties.put(
        "timeout", StepSchemas.expression("the next timeout of a state that stays; default: none"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", "what happens to a key that has timed out; row is NULL then");
    schema.put("properties", properties);
    schema.put("minProperties", 1);
    schema.put("additionalProperties", false);
    return schema;
  }

  @Override
  public List<String> referred() {
    return List.of("keys", "state", "timers", "timeout");
  }

  @Override
  public Rel plan(StepContext context) {
    if (!(context.value() instanceof Node.Mapping value)) {
      return context.input();
    }
    Optional<Rel> initial = Optional.empty();
    if (value.get("initialState").orElse(null) instanceof Node.Mapping block
        && block.get("from").orElse(null) instanceof Node.Text from) {
      initial = context.named(from).map(Rel.Project::visible);
      if (initial.isEmpty()) {
        context.leaveOpen();
        return context.input();
      }
    }
    Optional<StateProgram> program = new StateProgramReader(context, value).read(initial);
    return program.isPresent()
        ? new Rel.TransformWithState(context.input(), initial, program.get(), context.origin())
        : context.input();
  }
}
