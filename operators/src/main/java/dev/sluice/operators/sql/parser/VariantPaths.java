package dev.sluice.operators.sql.parser;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths behind a variant, {@code v:a.b[0]['c']}: {@code variant_get}, named after the last field.
 */
final class VariantPaths {
  private VariantPaths() {}

  /** Reads the path that begins with the colon here. */
  static Syntax parse(Tokens tokens, Syntax variant) {
    Token colon = tokens.expectSymbol(":");
    StringBuilder path = new StringBuilder("$");
    String name = null;
    if (!tokens.atSymbol("[")) {
      name = tokens.expectName("a field").text();
      field(name, path);
    }
    while (true) {
      if (tokens.skipSymbol(".")) {
        name = tokens.expectName("a field").text();
        field(name, path);
      } else if (tokens.skipSymbol("[")) {
        Token key = tokens.next();
        if (key.kind() == Token.Kind.STRING) {
          name = key.text();
          field(name, path);
        } else if (key.kind() == Token.Kind.NUMBER) {
          path.append('[').append(key.text()).append(']');
        } else {
          throw SqlSyntaxException.unexpected(key, "an index or a field in quotes");
        }
        tokens.expectSymbol("]");
      } else {
        return call(variant, path.toString(), name, colon.offset());
      }
    }
  }

  private static void field(String name, StringBuilder path) {
    boolean plain = !name.isEmpty() && name.indexOf('.') < 0 && name.indexOf('[') < 0;
    if (plain) {
      path.append('.').append(name);
    } else {
      char quote = name.indexOf('\'') < 0 ? '\'' : '"';
      path.append('[').append(quote).append(name).append(quote).append(']');
    }
  }

  private static Syntax call(Syntax variant, String path, @Nullable String name, int offset) {
    Syntax.Constant constant = new Syntax.Constant(AtomicType.STRING, path, path, offset);
    Syntax.Call call =
        new Syntax.Call(
            Syntax.Alias.PATH, List.of(variant, constant), Syntax.Extras.NONE, variant.offset());
    return name == null ? call : new Syntax.Alias(call, List.of(name), variant.offset());
  }
}
