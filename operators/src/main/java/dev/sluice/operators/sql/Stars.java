package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code *}, {@code t.*} and {@code column.*} stand for. */
final class Stars {
  private Stars() {}

  /** Names of the columns, each of which resolves to exactly that column or field. */
  static List<Syntax> expand(Binder binder, Syntax.Star star) {
    List<Syntax> all = new ArrayList<>();
    List<String> except = new ArrayList<>();
    star.except()
        .forEach(n -> except.add(n.parts().get(n.parts().size() - 1).toLowerCase(Locale.ROOT)));
    if (except.stream().distinct().count() < except.size()) {
      throw binder.error(
          "EXCEPT_OVERLAPPING_COLUMNS", star, "a column is left out of '*' twice", null);
    }
    List<String> unused = new ArrayList<>(except);
    if (star.qualifier().isEmpty() || binder.scope().hasTable(last(star))) {
      for (int i : columns(binder.scope(), star)) {
        Scope.Entry entry = binder.scope().entries().get(i);
        String lower = entry.field().name().toLowerCase(Locale.ROOT);
        if (star.replaced().isPresent()
            && star.replaced().get().names().get(0).equalsIgnoreCase(lower)) {
          all.add(star.replaced().get());
        } else if (except.contains(lower)) {
          unused.remove(lower);
        } else {
          all.add(new Syntax.Position(i, entry.field().name(), star.offset()));
        }
      }
    } else {
      Syntax base = new Syntax.Name(star.qualifier(), star.offset());
      if (!(binder.bind(base).type() instanceof StructType struct)) {
        throw binder.error(
            "CANNOT_RESOLVE_STAR_EXPAND",
            star,
            "'" + String.join(".", star.qualifier()) + "' is no struct or table",
            null);
      }
      for (Field field : struct.fields()) {
        String lower = field.name().toLowerCase(Locale.ROOT);
        if (except.contains(lower)) {
          unused.remove(lower);
        } else {
          all.add(new Syntax.Member(base, field.name(), star.offset()));
        }
      }
    }
    if (!unused.isEmpty()) {
      throw binder.error(
          "UNRESOLVED_COLUMN.WITH_SUGGESTION",
          star.except().get(except.indexOf(unused.get(0))),
          "unknown column '" + unused.get(0) + "' after EXCEPT",
          Names.suggestion(unused.get(0), binder.scope().names()));
    }
    return all;
  }

  /** What a join by names put aside is the table's own all the same, and comes first. */
  private static List<Integer> columns(Scope scope, Syntax.Star star) {
    List<Integer> aside = new ArrayList<>();
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < scope.size(); i++) {
      Scope.Entry entry = scope.entries().get(i);
      boolean own = star.qualifier().isEmpty() || entry.table().equalsIgnoreCase(last(star));
      if (own && !entry.lambda() && !entry.hidden()) {
        shown.add(i);
      } else if (own
          && entry.hidden()
          && !star.qualifier().isEmpty()
          && !Schema.isHidden(entry.field())) {
        aside.add(i);
      }
    }
    aside.addAll(shown);
    return aside;
  }

  private static String last(Syntax.Star star) {
    return star.qualifier().get(star.qualifier().size() - 1);
  }
}
