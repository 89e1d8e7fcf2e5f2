package dev.sluice.operators.function.json;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvInference;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.codec.csv.CsvRecords;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code from_csv} and {@code schema_of_csv}, with the options of the CSV source. */
public final class FromCsvFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("from_csv", "schema_of_csv");
  }

  @Override
  public Function function(String name) {
    if (name.equals("from_csv")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "csv_funcs",
              "from_csv(csv, schema[, options])",
              "A struct of the fields of a line of CSV; what does not have its type is null.",
              example("from_csv('1, 0.8', 'a INT, b DOUBLE')", "{1, 0.8}")),
          FromCsvFunctions::bindFromCsv);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "csv_funcs",
            "schema_of_csv(csv[, options])",
            "The type of a constant line of CSV.",
            example("schema_of_csv('1,abc')", "STRUCT<_c0: INT, _c1: STRING>")),
        FromCsvFunctions::bindSchema);
  }

  private static CsvReadOptions options(FunctionCall call, int argument) {
    FormatOptions given = FormatOptions.of(call, argument);
    CsvReadOptions plain = CsvReadOptions.defaults(given.timeFormats());
    return new CsvReadOptions(
        given.find("sep").orElse(given.text("delimiter", plain.separator())),
        given.character("quote", plain.quote()),
        given.character("escape", plain.escape()),
        given.character("charToEscapeQuoteEscaping", plain.quoteEscapeEscape()),
        given.character("comment", plain.comment()),
        false,
        true,
        // A text is one record, whatever line ends stand in its quotes.
        true,
        plain.lineSeparator(),
        plain.unescapedQuotes(),
        given.flag("ignoreLeadingWhiteSpace", plain.ignoreLeadingBlanks()),
        given.flag("ignoreTrailingWhiteSpace", plain.ignoreTrailingBlanks()),
        given.text("nullValue", plain.nullValue()),
        given.text("emptyValue", plain.emptyValue()),
        given.text("nanValue", plain.nanValue()),
        given.text("positiveInf", plain.positiveInf()),
        given.text("negativeInf", plain.negativeInf()),
        given.mode(call, argument),
        given.text("columnNameOfCorruptRecord", plain.corruptColumn()),
        plain.maxColumns(),
        plain.maxCharsPerColumn(),
        given.locale(),
        given.timeFormats(),
        given.flag("preferDate", plain.preferDate()),
        given.find("singleVariantColumn"));
  }

  private static Expression bindFromCsv(FunctionCall call) {
    call.requireCount(2, 3);
    Expression text = call.exactly(0, AtomicType.STRING);
    StructType struct = FromText.struct(call);
    CsvReadOptions options = options(call, 2);
    checkVariants(call, struct, options);
    Schema schema = new Schema(struct.fields());
    FromText.checkPatterns(call, () -> new CsvDecoder(schema, schema, options, 1), 2);
    return new ScalarCall(
            "from_csv",
            List.of(text),
            struct,
            true,
            options.mode() == ParseMode.FAILFAST,
            (columns, rows, context) ->
                structs((BytesColumn) columns.get(0).flatten(), rows, struct, options))
        .under(options);
  }

  private static void checkVariants(FunctionCall call, StructType struct, CsvReadOptions options) {
    for (Field field : struct.fields()) {
      DataType type = field.type();
      if (type != AtomicType.VARIANT && type.any(t -> t == AtomicType.VARIANT)) {
        throw call.error(
            "UNSUPPORTED_DATATYPE",
            1,
            "'from_csv' reads no " + type.sql(),
            "read a VARIANT, or a STRING that is taken apart afterwards");
      }
    }
    options
        .singleVariantColumn()
        .filter(column -> !isSingle(struct, column, options.corruptColumn()))
        .ifPresent(
            column -> {
              throw call.error(
                  "INVALID_SINGLE_VARIANT_COLUMN",
                  1,
                  "with 'singleVariantColumn' the schema must be '"
                      + column
                      + " VARIANT', alone or with '"
                      + options.corruptColumn()
                      + " STRING'",
                  null);
            });
  }

  private static boolean isSingle(StructType struct, String column, String corrupt) {
    int index = struct.indexOf(column);
    return index >= 0
        && struct.field(index).type() == AtomicType.VARIANT
        && (struct.size() == 1
            || (struct.size() == 2
                && struct.field(1 - index).name().equals(corrupt)
                && struct.field(1 - index).type() == AtomicType.STRING));
  }

  private static Column structs(
      BytesColumn texts, int rows, StructType type, CsvReadOptions options) {
    Schema schema = new Schema(type.fields());
    CsvDecoder decoder = new CsvDecoder(schema, schema, options, 1).withRowsApart();
    StructBuilder out = (StructBuilder) ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
        continue;
      }
      Batch decoded;
      try {
        decoder.begin(Chunk.copyOf(texts.data(), texts.starts()[i], texts.lengths()[i]));
        decoded = decoder.decode(false);
      } catch (RecordException e) {
        throw FromText.malformed("CSV", String.valueOf(e.getMessage()), i);
      }
      if (decoded.rows() == 0 && options.mode() == ParseMode.FAILFAST) {
        throw FromText.malformed("CSV", "the text holds no record", i);
      }
      for (int c = 0; c < type.size(); c++) {
        if (decoded.rows() == 0) {
          out.field(c).appendNull();
        } else {
          out.field(c).appendFrom(decoded.column(c), 0);
        }
      }
      out.endStruct();
    }
    return out.build();
  }

  private static Expression bindSchema(FunctionCall call) {
    call.requireCount(1, 2);
    Expression text = call.exactly(0, AtomicType.STRING);
    String sample = FromText.sample(call, text);
    CsvReadOptions options = options(call, 1);
    FromText.checkPatterns(call, () -> new CsvInference(List.of(), options, true), 1);
    byte[] bytes = sample.getBytes(StandardCharsets.UTF_8);
    List<@Nullable String> fields = new CsvRecords(options).fields(bytes, 0, bytes.length);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      names.add("_c" + i);
    }
    CsvInference inference = new CsvInference(names, options, true);
    inference.add(fields);
    return new Literal(
        AtomicType.STRING,
        inference.schema().asStruct().sql(),
        "schema_of_csv(" + text.sql() + ")");
  }
}
