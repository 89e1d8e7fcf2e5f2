package dev.sluice.operators.function.variant;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.json.JsonVariants;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Flats;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.VariantCasts;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.json.FromText;
import dev.sluice.operators.function.json.Schemas;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantPath;
import dev.sluice.operators.variant.VariantSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Variants from JSON and from nested values, and what is inside them. */
public final class VariantFunctions implements FunctionFamily {
  private static final String GROUP = "variant_funcs";
  private static final String SAMPLE = "parse_json('{\"a\":1,\"b\":\"x\"}')";

  @Override
  public List<String> names() {
    return List.of(
        "parse_json",
        "try_parse_json",
        "to_variant_object",
        "variant_get",
        "try_variant_get",
        "is_variant_null",
        "schema_of_variant");
  }

  @Override
  public Function function(String name) {
    boolean quiet = name.startsWith("try_");
    String otherwise = quiet ? "; null if it is none." : ".";
    return switch (name) {
      case "parse_json", "try_parse_json" ->
          declare(
              name,
              name + "(json)",
              "The value that a JSON text holds, as a VARIANT" + otherwise,
              example(name + "('{\"a\":1,\"b\":0.8}')", "{\"a\":1,\"b\":0.8}"),
              call -> bindParse(call, quiet));
      case "to_variant_object" ->
          declare(
              name,
              name + "(expr)",
              "A struct, array or map as a VARIANT; structs and maps become objects.",
              example(name + "(named_struct('a', 1, 'b', 2))", "{\"a\":1,\"b\":2}"),
              VariantFunctions::bindObject);
      case "variant_get", "try_variant_get" ->
          declare(
              name,
              name + "(v, path[, type])",
              quiet
                  ? "What stands at a path in a VARIANT, null if it has not the type."
                  : "What stands at a path in a VARIANT, as a type; null if nothing does.",
              example(name + "(" + SAMPLE + ", '$.a', 'int')", "1"),
              call -> bindGet(call, quiet));
      case "is_variant_null" ->
          declare(
              name,
              name + "(v)",
              "Whether a VARIANT holds the null of JSON, which is not NULL.",
              example(name + "(parse_json('null'))", "true"),
              VariantFunctions::bindIsNull);
      case "schema_of_variant" ->
          declare(
              name,
              name + "(v)",
              "The type of what a VARIANT holds.",
              example(name + "(" + SAMPLE + ")", "OBJECT<a: BIGINT, b: STRING>"),
              VariantFunctions::bindSchema);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedFunction.Binder binder) {
    return NamedFunction.of(name, FunctionDoc.of(GROUP, usage, description, example), binder);
  }

  private static Expression bindParse(FunctionCall call, boolean quiet) {
    call.requireCount(1, 1);
    Expression text = call.exactly(0, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(text),
        AtomicType.VARIANT,
        quiet || text.nullable(),
        !quiet,
        (columns, rows, context) -> parse((BytesColumn) columns.get(0).flatten(), rows, quiet));
  }

  private static Column parse(BytesColumn texts, int rows, boolean quiet) {
    BytesBuilder out = builder(AtomicType.VARIANT, rows);
    JsonVariants json = new JsonVariants();
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
      } else if (!json.append(texts.data(), texts.starts()[i], texts.lengths()[i], out)) {
        if (!quiet) {
          throw FromText.malformed("JSON", "'" + shown(texts.string(i)) + "'", i);
        }
        out.appendNull();
      }
    }
    return out.build();
  }

  private static String shown(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  private static BytesBuilder builder(DataType type, int rows) {
    return (BytesBuilder) ColumnBuilder.of(type, rows);
  }

  private static Expression bindObject(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value = call.argument(0);
    boolean nested =
        switch (value.type().physical()) {
          case ARRAY, MAP, STRUCT -> true;
          default -> false;
        };
    if (!nested || !VariantCasts.holds(value.type(), true)) {
      throw call.error(
          "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
          0,
          "'to_variant_object' makes no VARIANT of " + value.type().sql(),
          nested ? null : "write CAST(... AS VARIANT)");
    }
    return new ScalarCall(
        call.name(),
        List.of(value),
        AtomicType.VARIANT,
        value.nullable(),
        true,
        (columns, rows, context) -> VariantCasts.toVariant(columns.get(0).flatten(), rows));
  }

  private static Expression bindGet(FunctionCall call, boolean quiet) {
    call.requireCount(2, 3);
    Expression variant = call.exactly(0, AtomicType.VARIANT);
    Expression path = call.exactly(1, AtomicType.STRING);
    DataType type = call.count() == 3 ? Schemas.of(call, 2) : AtomicType.VARIANT;
    if (!Casts.allowed(AtomicType.VARIANT, type)) {
      throw call.error(
          "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
          2,
          "a VARIANT cannot be cast to " + type.sql(),
          null);
    }
    Session session = call.session();
    return new ScalarCall(
        call.name(),
        List.of(variant, path),
        type,
        true,
        true,
        (columns, rows, context) ->
            VariantCasts.cast(
                found((BytesColumn) columns.get(0).flatten(), columns.get(1), rows),
                type,
                session,
                quiet));
  }

  /** What stands at the path of each row; the same path is read once. */
  private static @Nullable Variant[] found(BytesColumn variants, Column pathColumn, int rows) {
    BytesColumn paths = (BytesColumn) Flats.base(pathColumn);
    int mask = Flats.mask(pathColumn);
    @Nullable Variant[] found = new @Nullable Variant[rows];
    String last = null;
    VariantPath path = null;
    for (int i = 0; i < rows; i++) {
      int at = i & mask;
      if (variants.isNull(i) || paths.isNull(at)) {
        continue;
      }
      if (path == null || mask != 0) {
        String text = paths.string(at);
        if (!text.equals(last)) {
          last = text;
          path = path(text, i);
        }
      }
      found[i] = path == null ? null : path.find(Variant.of(variants, i));
    }
    return found;
  }

  private static VariantPath path(String text, int row) {
    VariantPath path = VariantPath.parse(text);
    if (path == null) {
      throw new EvaluationException(
          "INVALID_VARIANT_GET_PATH",
          "'" + text + "' is no path into a VARIANT; write it like $.name[0]['other name']",
          row);
    }
    return path;
  }

  private static Expression bindIsNull(FunctionCall call) {
    call.requireCount(1, 1);
    Expression variant = call.exactly(0, AtomicType.VARIANT);
    return new ScalarCall(
        call.name(),
        List.of(variant),
        AtomicType.BOOLEAN,
        false,
        false,
        (columns, rows, context) -> {
          BytesColumn variants = (BytesColumn) columns.get(0).flatten();
          BooleanBuilder out = (BooleanBuilder) ColumnBuilder.of(AtomicType.BOOLEAN, rows);
          for (int i = 0; i < rows; i++) {
            out.append(!variants.isNull(i) && Variant.of(variants, i).kind() == Variant.Kind.NULL);
          }
          return out.build();
        });
  }

  private static Expression bindSchema(FunctionCall call) {
    call.requireCount(1, 1);
    Expression variant = call.exactly(0, AtomicType.VARIANT);
    return new ScalarCall(
        call.name(),
        List.of(variant),
        AtomicType.STRING,
        variant.nullable(),
        false,
        (columns, rows, context) -> schemas(columns.get(0).flatten(), rows));
  }

  private static Column schemas(FlatColumn column, int rows) {
    BytesBuilder out = builder(AtomicType.STRING, rows);
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i)) {
        out.appendNull();
      } else {
        String sql = VariantSchema.of(Variant.of((BytesColumn) column, i)).sql();
        out.append(sql.getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.build();
  }
}
