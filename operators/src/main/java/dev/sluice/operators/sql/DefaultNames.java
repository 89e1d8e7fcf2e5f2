package dev.sluice.operators.sql;

import dev.sluice.operators.sql.syntax.Syntax;
import java.util.Locale;
import java.util.Optional;

/**
 * The name that an expression gives to its column of its own accord; anything else is called as it
 * is shown.
 */
final class DefaultNames {
  private DefaultNames() {}

  static Optional<String> of(Syntax syntax) {
    if (syntax instanceof Syntax.Alias alias) {
      return Optional.of(alias.names().get(0));
    }
    if (syntax instanceof Syntax.Name name) {
      return Optional.of(name.parts().get(name.parts().size() - 1));
    }
    if (syntax instanceof Syntax.Position position) {
      return Optional.of(position.name());
    }
    if (syntax instanceof Syntax.Member member) {
      // A path of names alone is called after its end, a field of anything else in full.
      return isPath(member.operand()) ? Optional.of(member.name()) : Optional.empty();
    }
    if (TimeWindowing.isWindow(syntax)) {
      return Optional.of(((Syntax.Call) syntax).name().toLowerCase(Locale.ROOT));
    }
    return Optional.empty();
  }

  /** In a select list, a column that is only cast keeps its name. */
  static Optional<String> selected(Syntax syntax) {
    return syntax instanceof Syntax.Cast cast && isPath(cast.operand())
        ? of(cast.operand())
        : of(syntax);
  }

  private static boolean isPath(Syntax syntax) {
    return syntax instanceof Syntax.Name
        || syntax instanceof Syntax.Position
        || syntax instanceof Syntax.Alias alias && alias.isVariantPath()
        || syntax instanceof Syntax.Member member && isPath(member.operand());
  }
}
