package dev.sluice.operators.function.misc;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Tried;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/** {@code aes_encrypt}, {@code aes_decrypt} and {@code try_aes_decrypt}. */
public final class AesFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("aes_encrypt", "aes_decrypt", "try_aes_decrypt");
  }

  @Override
  public Function function(String name) {
    boolean encrypt = name.equals("aes_encrypt");
    boolean tolerant = name.equals("try_aes_decrypt");
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "misc_funcs",
            name + "(expr, key[, mode[, padding" + (encrypt ? "[, iv[, aad]]]])" : "[, aad]]])"),
            encrypt
                ? "The bytes encrypted with AES in the mode GCM, CBC or ECB; the key has 16, 24 or"
                    + " 32 bytes."
                : "The bytes that AES encrypted"
                    + (tolerant ? "; null if they cannot be decrypted." : "."),
            encrypt
                ? example(
                    "base64(aes_encrypt('Spark SQL', '1234567890abcdef', 'ECB'))",
                    "3lmwu+Mw0H3fi5NDvcu9lg==")
                : example(name + "(NULL, 'abcdefghijklmnop', 'ECB')", "NULL")),
        call -> bind(call, encrypt, tolerant));
  }

  private static Expression bind(FunctionCall call, boolean encrypt, boolean tolerant) {
    call.requireCount(2, encrypt ? 6 : 5);
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      boolean text = i == 2 || i == 3;
      arguments.add(call.coerce(i, text ? AtomicType.STRING : AtomicType.BINARY));
    }
    String[] defaults = {"GCM", "DEFAULT"};
    for (int i = arguments.size(); i < 4; i++) {
      arguments.add(new Literal(AtomicType.STRING, defaults[i - 2], defaults[i - 2]));
    }
    Expression made =
        new ScalarCall(
            call.name(),
            arguments,
            AtomicType.BINARY,
            true,
            !tolerant,
            (columns, rows, context) -> run(columns, rows, encrypt, tolerant));
    return tolerant ? Tried.of(made) : made;
  }

  private static Column run(List<Column> columns, int rows, boolean encrypt, boolean tolerant) {
    List<FlatColumn> flat = Nulls.flatten(columns);
    Validity valid = Nulls.of(flat, rows);
    BytesColumn text = (BytesColumn) flat.get(0);
    BytesColumn key = (BytesColumn) flat.get(1);
    BytesColumn mode = (BytesColumn) flat.get(2);
    BytesColumn padding = (BytesColumn) flat.get(3);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, rows);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.appendNull();
        continue;
      }
      int aad = encrypt ? 5 : 4;
      byte[] extra = flat.size() > aad ? ((BytesColumn) flat.get(aad)).bytes(i) : new byte[0];
      try {
        Aes aes = Aes.of(key.bytes(i), mode.string(i), padding.string(i), i);
        if (encrypt) {
          byte[] start = flat.size() > 4 ? ((BytesColumn) flat.get(4)).bytes(i) : new byte[0];
          out.append(aes.encrypt(text.bytes(i), start, extra, i));
        } else {
          out.append(aes.decrypt(text.bytes(i), extra, i));
        }
      } catch (EvaluationException e) {
        if (!tolerant) {
          throw e;
        }
        out.appendNull();
      }
    }
    return out.build();
  }
}
