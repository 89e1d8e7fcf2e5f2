package dev.sluice.operators.plan;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Rel.TransformWithState} does with the rows of a key: how they change its state, what
 * comes out, and when the state goes. All expressions but those of the keys are bound to {@link
 * #scope}.
 *
 * @param keys what rows of one state have in common, bound to the input
 * @param state the columns of a state
 * @param columnTtls how long the value of a column lives after it was given, in milliseconds, 0 for
 *     ever; one each
 * @param init what they are before the first row of a key, one each; empty for a state that is null
 * @param update what they are after a row
 * @param timers what a key may wait for, each by its name; by one clock
 * @param emissions what comes out while rows come
 * @param removal when the state goes
 * @param timeout when a key has waited too long
 * @param onTimeout what happens then
 * @param ttlMillis how long a state lives that no row changes, 0 for ever; by the clock of the
 *     batches
 * @param outputMode what the rows that come out are: rows to add (append), or new values of earlier
 *     ones (update); empty for what the sink takes them for
 * @param initial what the rows that states begin with do to them
 */
public record StateProgram(
    List<NamedExpression> keys,
    Schema state,
    List<Long> columnTtls,
    List<Expression> init,
    Update update,
    List<Timer> timers,
    List<Emission> emissions,
    Optional<Removal> removal,
    Optional<Timeout> timeout,
    OnTimeout onTimeout,
    long ttlMillis,
    Optional<OutputMode> outputMode,
    Optional<Initial> initial) {
  /** The columns of {@link #scope}. */
  public static final int KEY = 0;

  public static final int STATE = 1;
  public static final int ROW = 2;
  public static final int TIMED_OUT = 3;
  public static final int WATERMARK = 4;

  /** Only if there are timers. */
  public static final int TIMERS = 5;

  public static final int TIMER = 6;

  public StateProgram {
    keys = List.copyOf(keys);
    columnTtls = List.copyOf(columnTtls);
    init = List.copyOf(init);
    timers = List.copyOf(timers);
    emissions = List.copyOf(emissions);
  }

  /** One whose columns live for ever, without timers and without states to begin with. */
  public StateProgram(
      List<NamedExpression> keys,
      Schema state,
      List<Expression> init,
      List<Expression> update,
      List<Emission> emissions,
      Optional<Removal> removal,
      Optional<Timeout> timeout,
      OnTimeout onTimeout,
      long ttlMillis,
      Optional<OutputMode> outputMode) {
    this(
        keys,
        state,
        Collections.nCopies(state.size(), 0L),
        init,
        new Update(update, Collections.nCopies(update.size(), Optional.empty())),
        List.of(),
        emissions,
        removal,
        timeout,
        onTimeout,
        ttlMillis,
        outputMode,
        Optional.empty());
  }

  /**
   * What the columns of a state become; nothing for a state that stays as it is.
   *
   * @param values one a column
   * @param puts one a column: if true, the column is given that value now, and its time to live
   *     begins anew; empty for never
   */
  public record Update(List<Expression> values, List<Optional<Expression>> puts) {
    public static final Update NONE = new Update(List.of(), List.of());

    public Update {
      values = List.copyOf(values);
      puts = List.copyOf(puts);
    }

    public boolean isEmpty() {
      return values.isEmpty();
    }
  }

  /**
   * A time that a key waits for. It comes once, in the first batch whose clock has reached it,
   * after the rows.
   *
   * @param at its time after a row: a timestamp, or a day-time interval from the batch on; a null
   *     for none
   * @param when only if this is true after the row; else it stays
   * @param delete if this is true after a row, there is none
   */
  public record Timer(
      String name,
      Clock clock,
      Expression at,
      Optional<Expression> when,
      Optional<Expression> delete,
      OnTimer then) {}

  /**
   * What happens when a timer has come.
   *
   * @param emissions what comes out, after the update
   * @param remove whether the state goes then, with all its timers
   */
  public record OnTimer(
      Update update, List<Setting> settings, List<Emission> emissions, Expression remove) {
    public OnTimer {
      settings = List.copyOf(settings);
      emissions = List.copyOf(emissions);
    }
  }

  /**
   * The next time of a timer.
   *
   * @param timer its place among the timers
   * @param at as of the {@link Timer}
   */
  public record Setting(int timer, Expression at) {}

  /**
   * What rows do that are there before the first row of the stream.
   *
   * @param keys of a row, bound to these rows
   * @param update bound to {@link #scope} over these rows, as are the times of timers
   */
  public record Initial(List<Expression> keys, Update update, List<Setting> settings) {
    public Initial {
      keys = List.copyOf(keys);
      settings = List.copyOf(settings);
    }
  }

  /** How often something happens to a key. */
  public enum Each {
    /** After each of its rows. */
    ROW,
    /** Once in each batch that has rows of it, after the last of them. */
    BATCH
  }

  /**
   * A row that comes out.
   *
   * @param when only if this is true
   */
  public record Emission(Each each, Optional<Expression> when, List<NamedExpression> select) {
    public Emission {
      select = List.copyOf(select);
    }
  }

  /** The state goes when the condition is true, after what came out. */
  public record Removal(Each each, Expression when) {}

  /** By which clock a key waits. */
  public enum Clock {
    /** The expression gives the time, which the watermark must pass. */
    EVENT_TIME,
    /** The expression gives a length of time from the batch on. */
    PROCESSING_TIME
  }

  /**
   * Set for a key after each batch that has rows of it; a null for none.
   *
   * @param at a timestamp, or a day-time interval
   */
  public record Timeout(Clock clock, Expression at) {}

  /**
   * What happens to a key whose time has come; its timeout is gone then.
   *
   * @param emissions what comes out, after the update
   * @param remove whether its state goes then, after what came out
   * @param again its next timeout, if the state stays
   */
  public record OnTimeout(
      Update update, List<Emission> emissions, Expression remove, Optional<Expression> again) {
    public OnTimeout {
      emissions = List.copyOf(emissions);
    }

    /** One that leaves the state as it is, if it stays. */
    public OnTimeout(List<Emission> emissions, Expression remove) {
      this(Update.NONE, emissions, remove, Optional.empty());
    }
  }

  /** True if keys wait for times of that clock: for a timeout, or for timers. */
  public boolean timesOutBy(Clock clock) {
    return timeout.filter(t -> t.clock() == clock).isPresent()
        || !timers.isEmpty() && timers.get(0).clock() == clock;
  }

  /** True if a state is gone once none of its columns has a value that lives. */
  public boolean livesByColumns() {
    return !columnTtls.contains(0L);
  }

  /** True if states go by themselves after a time. */
  public boolean expires() {
    return ttlMillis > 0 || livesByColumns();
  }

  public List<String> timerNames() {
    return timers.stream().map(Timer::name).toList();
  }

  /**
   * What expressions see: the structs {@code key}, {@code state} (null before the first row, unless
   * there is an init) and {@code row} (null when a timeout or timer has come), whether a timeout
   * has come, and the watermark; where there are timers, also the times of all of them as the
   * struct {@code timers}, and {@code timer}: name and time of the one that has come, null when a
   * row has.
   */
  public static Schema scope(
      List<NamedExpression> keys, Schema state, Schema input, List<String> timers) {
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            "key",
            new Schema(keys.stream().map(NamedExpression::field).toList()).asStruct(),
            false));
    fields.add(new Field("state", state.asStruct(), true));
    fields.add(new Field("row", input.visible().asStruct(), true));
    fields.add(new Field("timed_out", AtomicType.BOOLEAN, false));
    fields.add(new Field("watermark", AtomicType.TIMESTAMP, false));
    if (!timers.isEmpty()) {
      List<Field> times =
          timers.stream().map(name -> new Field(name, AtomicType.TIMESTAMP, true)).toList();
      fields.add(new Field("timers", new Schema(times).asStruct(), false));
      fields.add(
          new Field(
              "timer",
              Schema.of(
                      new Field("name", AtomicType.STRING, false),
                      new Field("at", AtomicType.TIMESTAMP, false))
                  .asStruct(),
              true));
    }
    return new Schema(fields);
  }

  /** As above, without timers. */
  public static Schema scope(List<NamedExpression> keys, Schema state, Schema input) {
    return scope(keys, state, input, List.of());
  }

  /** What comes out: the columns of the first emission, which those of all others agree with. */
  public Schema output() {
    List<List<NamedExpression>> selects = new ArrayList<>();
    emissions.forEach(emission -> selects.add(emission.select()));
    onTimeout.emissions().forEach(emission -> selects.add(emission.select()));
    timers.forEach(timer -> timer.then().emissions().forEach(e -> selects.add(e.select())));
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < selects.get(0).size(); i++) {
      Field first = selects.get(0).get(i).field();
      int column = i;
      boolean nullable = selects.stream().anyMatch(s -> s.get(column).expression().nullable());
      fields.add(new Field(first.name(), first.type(), nullable));
    }
    return new Schema(fields);
  }

  /** All expressions over the scope of rows of the stream. */
  public List<Expression> expressions() {
    List<Expression> all = new ArrayList<>(init);
    add(update, all);
    emissions.forEach(emission -> add(emission, all));
    removal.ifPresent(r -> all.add(r.when()));
    timeout.ifPresent(t -> all.add(t.at()));
    add(onTimeout.update(), all);
    onTimeout.emissions().forEach(emission -> add(emission, all));
    all.add(onTimeout.remove());
    onTimeout.again().ifPresent(all::add);
    for (Timer timer : timers) {
      all.add(timer.at());
      timer.when().ifPresent(all::add);
      timer.delete().ifPresent(all::add);
      add(timer.then().update(), all);
      timer.then().settings().forEach(setting -> all.add(setting.at()));
      timer.then().emissions().forEach(emission -> add(emission, all));
      all.add(timer.then().remove());
    }
    return all;
  }

  private static void add(Update update, List<Expression> into) {
    into.addAll(update.values());
    update.puts().forEach(put -> put.ifPresent(into::add));
  }

  private static void add(Emission emission, List<Expression> into) {
    emission.when().ifPresent(into::add);
    emission.select().forEach(named -> into.add(named.expression()));
  }

  /** The columns of the input that expressions read as fields of {@code row}. */
  public BitSet rowColumns(Schema input) {
    return rowColumns(expressions(), input);
  }

  /** The same of the rows that states begin with. */
  public BitSet initialRowColumns(Schema rows) {
    List<Expression> all = new ArrayList<>();
    initial.ifPresent(
        begin -> {
          add(begin.update(), all);
          begin.settings().forEach(setting -> all.add(setting.at()));
        });
    return rowColumns(all, rows);
  }

  private static BitSet rowColumns(List<Expression> expressions, Schema input) {
    BitSet read = new BitSet();
    expressions.forEach(expression -> RowFields.add(expression, input.visible().size(), read));
    return read;
  }
}
