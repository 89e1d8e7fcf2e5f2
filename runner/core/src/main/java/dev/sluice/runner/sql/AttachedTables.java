package dev.sluice.runner.sql;

import dev.sluice.connectors.memory.RunningTables;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectPlanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The memory tables of a running pipeline as tables of ad-hoc queries. The rows of a table are
 * brought once, when it is first named, so that all queries over them see the same.
 */
public final class AttachedTables implements SelectPlanner.Tables {
  private final RunningTables running;
  private final Map<String, RunningTables.Snapshot> brought = new LinkedHashMap<>();

  public AttachedTables(RunningTables running) {
    this.running = running;
  }

  @Override
  public Optional<Rel> table(String name) {
    return find(name)
        .map(found -> brought.computeIfAbsent(found, running::snapshot))
        .map(rows -> new Rel.Values(rows.table().schema(), rows.batches(), Origin.NONE));
  }

  private Optional<String> find(String name) {
    List<String> names = names();
    if (names.contains(name)) {
      return Optional.of(name);
    }
    return names.stream().filter(name::equalsIgnoreCase).findFirst();
  }

  @Override
  public List<String> names() {
    return running.tables().stream().map(RunningTables.Table::name).toList();
  }

  /** What must be said of the tables that were read. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (RunningTables.Snapshot rows : brought.values()) {
      if (rows.table().dropped() > 0) {
        notes.add(
            "note: '"
                + rows.table().name()
                + "' is full: its "
                + rows.table().dropped()
                + " oldest rows are no longer held");
      }
    }
    return notes;
  }
}
