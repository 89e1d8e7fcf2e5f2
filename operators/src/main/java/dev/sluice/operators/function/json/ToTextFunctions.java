package dev.sluice.operators.function.json;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.codec.csv.CsvEncoder;
import dev.sluice.operators.codec.csv.CsvWriteOptions;
import dev.sluice.operators.codec.json.JsonEncoder;
import dev.sluice.operators.codec.json.JsonWriteOptions;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/** {@code to_json} and {@code to_csv}, with the options of the sinks. */
public final class ToTextFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("to_json", "to_csv");
  }

  @Override
  public Function function(String name) {
    if (name.equals("to_json")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "json_funcs",
              "to_json(expr[, options])",
              "A struct, array or map as JSON; fields that are null are left out.",
              example("to_json(named_struct('a', 1, 'b', 2))", "{\"a\":1,\"b\":2}")),
          ToTextFunctions::bindToJson);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "csv_funcs",
            "to_csv(expr[, options])",
            "A struct as a line of CSV.",
            example("to_csv(named_struct('a', 1, 'b', 2))", "1,2")),
        ToTextFunctions::bindToCsv);
  }

  private static Expression bindToJson(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = call.argument(0);
    DataType type = value.type();
    if (type == AtomicType.NULL) {
      return new Literal(AtomicType.STRING, null, call.name() + "(NULL)");
    }
    boolean nested =
        type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
    if (!nested && type != AtomicType.VARIANT) {
      throw call.error(
          "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA",
          0,
          "'to_json' takes a STRUCT, an ARRAY, a MAP or a VARIANT, not " + type.sql(),
          "put it into a struct");
    }
    FormatOptions given = FormatOptions.of(call, 1);
    JsonWriteOptions options =
        new JsonWriteOptions(
            given.flag("ignoreNullFields", true),
            given.flag("pretty", false),
            given.flag("writeNonAsciiCharacterAsCodePoint", false),
            given.writtenTimeFormats());
    FromText.checkWrittenPatterns(call, given.writtenTimeFormats(), 1);
    return new ScalarCall(
            "to_json",
            List.of(value),
            AtomicType.STRING,
            value.nullable(),
            false,
            (columns, rows, context) -> {
              FlatColumn column = columns.get(0).flatten();
              JsonEncoder encoder = new JsonEncoder(options);
              return ToText.texts(column, rows, (row, out) -> encoder.value(column, row, out));
            })
        .under(given.values());
  }

  private static Expression bindToCsv(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = call.argument(0);
    if (value.type() == AtomicType.NULL) {
      return new Literal(AtomicType.STRING, null, call.name() + "(NULL)");
    }
    if (!(value.type() instanceof StructType)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "'to_csv' takes a STRUCT, not " + value.type().sql(),
          "put it into a struct");
    }
    if (value.type().any(type -> type == AtomicType.VARIANT)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE",
          0,
          "'to_csv' writes no " + value.type().sql(),
          "cast what is VARIANT to STRING");
    }
    FormatOptions given = FormatOptions.of(call, 1);
    CsvWriteOptions options =
        new CsvWriteOptions(
            given.find("sep").orElse(given.text("delimiter", ",")),
            given.character("quote", '"'),
            given.character("escape", '\\'),
            given.character("charToEscapeQuoteEscaping", '\0'),
            given.character("comment", '\0'),
            given.flag("escapeQuotes", true),
            given.flag("quoteAll", false),
            given.flag("ignoreLeadingWhiteSpace", true),
            given.flag("ignoreTrailingWhiteSpace", true),
            given.text("nullValue", ""),
            given.text("emptyValue", "\"\""),
            "\n",
            given.writtenTimeFormats());
    FromText.checkWrittenPatterns(call, given.writtenTimeFormats(), 1);
    return new ScalarCall(
            "to_csv",
            List.of(value),
            AtomicType.STRING,
            true,
            false,
            (columns, rows, context) -> {
              StructColumn structs = (StructColumn) columns.get(0).flatten();
              List<FlatColumn> fields = new ArrayList<>();
              NestedTexts nested = new NestedTexts(new ScalarTexts(given.writtenTimeFormats()));
              for (Column child : structs.children()) {
                FlatColumn field = child.flatten();
                fields.add(
                    NestedTexts.isNested(field)
                        ? ToText.texts(field, rows, (row, out) -> nested.put(field, row, out))
                            .flatten()
                        : field);
              }
              CsvEncoder encoder = new CsvEncoder(options);
              return ToText.filled(structs, rows, (row, out) -> encoder.record(fields, row, out));
            })
        .under(given.values());
  }
}
