package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;

/** Rows, and what binds expressions over them. */
record Rows(Rel rel, Binder binder) {
  /** More rows or columns; the columns added behind have no names. */
  Rows grown(Rel larger) {
    Scope scope = binder.scope();
    List<Scope.Entry> entries = new ArrayList<>(scope.entries());
    for (Field field : larger.schema().fields().subList(scope.size(), larger.schema().size())) {
      entries.add(new Scope.Entry("", field.withName(""), false, true));
    }
    return new Rows(larger, binder.in(new Scope(entries)));
  }
}
