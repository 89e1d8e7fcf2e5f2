package dev.sluice.operators.plan;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Rel.TransformWithState} does with the rows of a key: how they change its state, what
 * comes out, and when the state goes. All expressions but those of the keys are bound to {@link
 * #scope}.
 *
 * @param keys what rows of one state have in common, bound to the input
 * @param state the columns of a state
 * @param init what they are before the first row of a key, one each; empty for a state that is null
 * @param update what they are after a row, one each
 * @param emissions what comes out while rows come
 * @param removal when the state goes
 * @param timeout when a key has waited too long
 * @param onTimeout what happens then
 * @param ttlMillis how long a state lives that no row changes, 0 for ever; by the clock of the
 *     batches
 * @param outputMode what the rows that come out are: rows to add (append), or new values of earlier
 *     ones (update); empty for what the sink takes them for
 */
public record StateProgram(
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
  /** The columns of {@link #scope}. */
  public static final int KEY = 0;

  public static final int STATE = 1;
  public static final int ROW = 2;
  public static final int TIMED_OUT = 3;
  public static final int WATERMARK = 4;

  public StateProgram {
    keys = List.copyOf(keys);
    init = List.copyOf(init);
    update = List.copyOf(update);
    emissions = List.copyOf(emissions);
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
   * @param update the columns of its state after that, or empty to leave them
   * @param emissions what comes out, after the update
   * @param remove whether its state goes then, after what came out
   * @param again its next timeout, if the state stays
   */
  public record OnTimeout(
      List<Expression> update,
      List<Emission> emissions,
      Expression remove,
      Optional<Expression> again) {
    public OnTimeout {
      update = List.copyOf(update);
      emissions = List.copyOf(emissions);
    }
  }

  public boolean timesOutBy(Clock clock) {
    return timeout.filter(t -> t.clock() == clock).isPresent();
  }

  /**
   * What expressions see: the structs {@code key}, {@code state} (null before the first row, unless
   * there is an init) and {@code row} (null when a timeout has come), whether a timeout has come,
   * and the watermark.
   */
  public static Schema scope(List<NamedExpression> keys, Schema state, Schema input) {
    return Schema.of(
        new Field(
            "key",
            new Schema(keys.stream().map(NamedExpression::field).toList()).asStruct(),
            false),
        new Field("state", state.asStruct(), true),
        new Field("row", input.visible().asStruct(), true),
        new Field("timed_out", AtomicType.BOOLEAN, false),
        new Field("watermark", AtomicType.TIMESTAMP, false));
  }

  /** What comes out: the columns of the first emission, which those of all others agree with. */
  public Schema output() {
    List<List<NamedExpression>> selects = new ArrayList<>();
    emissions.forEach(emission -> selects.add(emission.select()));
    onTimeout.emissions().forEach(emission -> selects.add(emission.select()));
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < selects.get(0).size(); i++) {
      Field first = selects.get(0).get(i).field();
      int column = i;
      boolean nullable = selects.stream().anyMatch(s -> s.get(column).expression().nullable());
      fields.add(new Field(first.name(), first.type(), nullable));
    }
    return new Schema(fields);
  }

  /** All expressions over the scope. */
  public List<Expression> expressions() {
    List<Expression> all = new ArrayList<>(init);
    all.addAll(update);
    emissions.forEach(emission -> add(emission, all));
    removal.ifPresent(r -> all.add(r.when()));
    timeout.ifPresent(t -> all.add(t.at()));
    all.addAll(onTimeout.update());
    onTimeout.emissions().forEach(emission -> add(emission, all));
    all.add(onTimeout.remove());
    onTimeout.again().ifPresent(all::add);
    return all;
  }

  private static void add(Emission emission, List<Expression> into) {
    emission.when().ifPresent(into::add);
    emission.select().forEach(named -> into.add(named.expression()));
  }

  /** The columns of the input that expressions read as fields of {@code row}. */
  public BitSet rowColumns(Schema input) {
    BitSet read = new BitSet();
    expressions().forEach(expression -> RowFields.add(expression, input.visible().size(), read));
    return read;
  }
}
