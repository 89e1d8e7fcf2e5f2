package dev.sluice.operators.function.json;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.json.JsonDecoder;
import dev.sluice.operators.codec.json.JsonInference;
import dev.sluice.operators.codec.json.JsonReadOptions;
import dev.sluice.operators.codec.json.JsonSyntax;
import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimePattern;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code from_json} and {@code schema_of_json}, with the options of the JSON source. */
public final class FromJsonFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("from_json", "schema_of_json");
  }

  @Override
  public Function function(String name) {
    if (name.equals("from_json")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "json_funcs",
              "from_json(json, schema[, options])",
              "The value that a JSON text holds; what does not have its type is null.",
              example("from_json('{\"a\":1, \"b\":0.8}', 'a INT, b DOUBLE')", "{1, 0.8}")),
          FromJsonFunctions::bindFromJson);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "json_funcs",
            "schema_of_json(json[, options])",
            "The type of a constant JSON text.",
            example("schema_of_json('[{\"col\":0}]')", "ARRAY<STRUCT<col: BIGINT>>")),
        FromJsonFunctions::bindSchema);
  }

  private static JsonReadOptions options(FunctionCall call, int argument, DataType type) {
    FormatOptions given = FormatOptions.of(call, argument);
    JsonSyntax plain = JsonSyntax.DEFAULT;
    return new JsonReadOptions(
        new JsonSyntax(
            given.flag("allowComments", plain.comments()),
            given.flag("allowUnquotedFieldNames", plain.unquotedFieldNames()),
            given.flag("allowSingleQuotes", plain.singleQuotes()),
            given.flag("allowNumericLeadingZeros", plain.leadingZeros()),
            given.flag("allowNonNumericNumbers", plain.nonNumericNumbers()),
            given.flag("allowBackslashEscapingAnyCharacter", plain.backslashAnything()),
            given.flag("allowUnquotedControlChars", plain.controlCharacters()),
            plain.maxDepth(),
            plain.maxNumberLength(),
            plain.maxStringLength()),
        given.mode(call, argument),
        given.text("columnNameOfCorruptRecord", "_corrupt_record"),
        given.locale(),
        given.timeFormats(),
        false,
        given.find("singleVariantColumn").map(column -> single(call, column, type)));
  }

  private static Expression bindFromJson(FunctionCall call) {
    call.requireCount(2, 3);
    Expression text = call.exactly(0, AtomicType.STRING);
    DataType type = Schemas.of(call, 1);
    boolean nested =
        type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
    if (!nested && type != AtomicType.VARIANT) {
      throw call.error(
          "INVALID_SCHEMA.NON_STRUCT_TYPE",
          1,
          "'from_json' makes a STRUCT, an ARRAY or a MAP, not " + type.sql(),
          "write 'a INT, b STRING'");
    }
    JsonReadOptions options = options(call, 2, type);
    FromText.checkPatterns(call, () -> new JsonDecoder.ValueDecoder(type, options), 2);
    ScalarCall.Kernel kernel =
        type instanceof StructType struct
            ? (columns, rows, context) ->
                structs((BytesColumn) columns.get(0).flatten(), rows, struct, options)
            : (columns, rows, context) ->
                values((BytesColumn) columns.get(0).flatten(), rows, type, options);
    return new ScalarCall(
            type instanceof MapType ? "entries" : "from_json",
            List.of(text),
            type,
            true,
            options.mode() == ParseMode.FAILFAST,
            kernel)
        .under(options);
  }

  /** The field that takes the whole text: whatever the option says, the first that can. */
  private static String single(FunctionCall call, String column, DataType type) {
    if (type instanceof StructType struct) {
      for (Field field : struct.fields()) {
        if (field.type() == AtomicType.VARIANT) {
          return field.name();
        }
      }
      throw call.error(
          "INVALID_SINGLE_VARIANT_COLUMN",
          1,
          "with 'singleVariantColumn' the schema must be '" + column + " VARIANT'",
          null);
    }
    return column;
  }

  private static Column structs(
      BytesColumn texts, int rows, StructType type, JsonReadOptions options) {
    JsonDecoder decoder = new JsonDecoder(new Schema(type.fields()), options, rows).withoutArrays();
    // A text may hold no record.
    int[] first = new int[rows];
    boolean oneEach = true;
    for (int i = 0; i < rows; i++) {
      first[i] = -1;
      if (texts.isNull(i)) {
        oneEach = false;
        continue;
      }
      int before = decoder.rows();
      try {
        decoder.decode(texts.data(), texts.starts()[i], texts.lengths()[i], i);
      } catch (RecordException e) {
        throw FromText.malformed("JSON", String.valueOf(e.getMessage()), i);
      }
      first[i] = decoder.rows() > before ? before : -1;
      oneEach &= decoder.rows() == i + 1;
    }
    Batch decoded = decoder.take();
    Column records = new StructColumn(type, decoded.columns(), Validity.ALL, decoded.rows());
    return oneEach ? records : Columns.pick(records, first, rows);
  }

  private static Column values(
      BytesColumn texts, int rows, DataType type, JsonReadOptions options) {
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    JsonDecoder.ValueDecoder whole = new JsonDecoder.ValueDecoder(type, options);
    JsonDecoder.ValueDecoder element =
        type instanceof ArrayType array && array.element() instanceof StructType struct
            ? new JsonDecoder.ValueDecoder(struct, options)
            : whole;
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
        continue;
      }
      int start = texts.starts()[i];
      int length = texts.lengths()[i];
      boolean good;
      if (element != whole
          && out instanceof ArrayBuilder arrays
          && beginsObject(texts.data(), start, length)
          && element.isJson(texts.data(), start, length)) {
        good = element.append(texts.data(), start, length, arrays.elements());
        arrays.endArray();
      } else {
        good = whole.append(texts.data(), start, length, out);
        if (!good) {
          out.truncate(i);
          out.appendNull();
        }
      }
      if (!good && options.mode() == ParseMode.FAILFAST) {
        throw FromText.malformed("JSON", "a value does not have the type " + type.sql(), i);
      }
    }
    return out.build();
  }

  private static boolean beginsObject(byte[] data, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (data[i] > ' ' || data[i] < 0) {
        return data[i] == '{';
      }
    }
    return false;
  }

  private static Expression bindSchema(FunctionCall call) {
    call.requireCount(1, 2);
    Expression text = call.exactly(0, AtomicType.STRING);
    String sample = FromText.sample(call, text);
    FormatOptions given = FormatOptions.of(call, 1);
    JsonInference.Settings settings =
        new JsonInference.Settings(
            given.flag("primitivesAsString", false),
            given.flag("prefersDecimal", false),
            given.flag("inferTimestamp", false),
            given.flag("dropFieldIfAllNull", false));
    given
        .find("timestampFormat")
        .ifPresent(
            pattern ->
                FromText.checkPatterns(
                    call,
                    () -> DateTimePattern.compileForParsing(pattern, given.zone(), given.locale()),
                    1));
    byte[] bytes = sample.getBytes(StandardCharsets.UTF_8);
    DataType type =
        new JsonInference(options(call, 1, AtomicType.STRING), settings)
            .valueType(bytes, 0, bytes.length);
    if (type == null && !sample.isBlank() && !sample.trim().equals("null")) {
      throw call.error(
          "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
          0,
          "'" + sample + "' is no JSON",
          "give a sample of the data");
    }
    DataType shown = type == null ? AtomicType.STRING : type;
    return new Literal(AtomicType.STRING, shown.sql(), "schema_of_json(" + text.sql() + ")");
  }
}
