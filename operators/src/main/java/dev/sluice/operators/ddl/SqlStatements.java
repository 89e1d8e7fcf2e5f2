package dev.sluice.operators.ddl;

import dev.sluice.operators.component.Node;
import java.util.ArrayList;
import java.util.List;

/** A text of several statements. */
public final class SqlStatements {
  private SqlStatements() {}

  /**
   * The statements between semicolons, each with its places in the whole; blank ones fall away. A
   * text that cannot be cut is one statement, whose mistake shows when it is planned.
   */
  public static List<Node.Text> split(Node.Text text) {
    List<Token> tokens;
    try {
      tokens = Lexer.tokens(text.value());
    } catch (SqlSyntaxException e) {
      return List.of(text);
    }
    List<Node.Text> statements = new ArrayList<>();
    int from = 0;
    boolean any = false;
    for (Token token : tokens) {
      boolean end = token.kind() == Token.Kind.END;
      if (end || token.isSymbol(";")) {
        if (any) {
          statements.add(part(text, from, token.offset()));
        }
        from = token.end();
        any = false;
      } else {
        any = true;
      }
    }
    return statements.isEmpty() ? List.of(text) : statements;
  }

  private static Node.Text part(Node.Text text, int from, int to) {
    return new Node.Text(
        text.value().substring(from, to),
        text.kind(),
        text.at(from),
        offset -> text.at(from + offset));
  }
}
