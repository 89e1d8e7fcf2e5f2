package dev.sluice.operators.function.xml;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.xml.XmlDecoder;
import dev.sluice.operators.codec.xml.XmlEncoder;
import dev.sluice.operators.codec.xml.XmlInference;
import dev.sluice.operators.codec.xml.XmlReadOptions;
import dev.sluice.operators.codec.xml.XmlWriteOptions;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.json.FormatOptions;
import dev.sluice.operators.function.json.FromText;
import dev.sluice.operators.function.json.Schemas;
import dev.sluice.operators.function.json.ToText;
import java.util.List;

/** {@code from_xml}, {@code to_xml} and {@code schema_of_xml}, with Spark's options of XML. */
public final class XmlStructFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("from_xml", "to_xml", "schema_of_xml");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "from_xml" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "xml_funcs",
                  "from_xml(xml, schema[, options])",
                  "A struct of the children and attributes of an XML element; what does not have"
                      + " its type is null.",
                  example("from_xml('<p><a>1</a><b>0.8</b></p>', 'a INT, b DOUBLE')", "{1, 0.8}")),
              XmlStructFunctions::bindFromXml);
      case "to_xml" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "xml_funcs",
                  "to_xml(expr[, options])",
                  "A struct as an XML element; fields that are null are left out.",
                  example(
                      "to_xml(named_struct('a', 1, 'b', 2))",
                      "<ROW>\n    <a>1</a>\n    <b>2</b>\n</ROW>")),
              XmlStructFunctions::bindToXml);
      case "schema_of_xml" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "xml_funcs",
                  "schema_of_xml(xml[, options])",
                  "The type of a constant XML text.",
                  example("schema_of_xml('<p><a>1</a></p>')", "STRUCT<a: BIGINT>")),
              XmlStructFunctions::bindSchema);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static XmlReadOptions readOptions(FunctionCall call, int argument) {
    FormatOptions given = FormatOptions.of(call, argument);
    return new XmlReadOptions(
        given.text("attributePrefix", "_"),
        given.text("valueTag", "_VALUE"),
        given.text("wildcardColName", "xs_any"),
        given.flag("excludeAttribute", false),
        given.flag("ignoreNamespace", false),
        given.flag("ignoreSurroundingSpaces", true),
        given.find("nullValue").orElse(null),
        given.flag("inferSchema", true),
        given.flag("prefersDecimal", false),
        given.mode(call, argument),
        given.text("columnNameOfCorruptRecord", "_corrupt_record"),
        given.timeFormats(),
        given.find("singleVariantColumn").isPresent());
  }

  private static Expression bindFromXml(FunctionCall call) {
    call.requireCount(2, 3);
    Expression text = call.exactly(0, AtomicType.STRING);
    XmlReadOptions options = readOptions(call, 2);
    if (Schemas.of(call, 1) == AtomicType.VARIANT) {
      // Not even PERMISSIVE has a value for what is no XML.
      return new ScalarCall(
              "from_xml",
              List.of(text),
              AtomicType.VARIANT,
              true,
              true,
              (columns, rows, context) ->
                  variants((BytesColumn) columns.get(0).flatten(), rows, options))
          .under(options);
    }
    StructType struct = FromText.struct(call);
    FromText.checkPatterns(call, () -> new XmlDecoder(struct, options), 2);
    return new ScalarCall(
            "from_xml",
            List.of(text),
            struct,
            true,
            options.mode() == ParseMode.FAILFAST,
            (columns, rows, context) ->
                structs((BytesColumn) columns.get(0).flatten(), rows, struct, options))
        .under(options);
  }

  private static Column variants(BytesColumn texts, int rows, XmlReadOptions options) {
    XmlDecoder decoder = new XmlDecoder(new StructType(List.of()), options);
    ColumnBuilder out = ColumnBuilder.of(AtomicType.VARIANT, rows);
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
        continue;
      }
      byte[] value = decoder.variant(texts.string(i));
      if (value == null) {
        throw FromText.malformed("XML", "it is no XML", i);
      }
      out.appendValue(value);
    }
    return out.build();
  }

  private static Column structs(
      BytesColumn texts, int rows, StructType type, XmlReadOptions options) {
    XmlDecoder decoder = new XmlDecoder(type, options);
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
        continue;
      }
      XmlDecoder.Row row = decoder.decode(texts.string(i));
      if (row.malformed() != null && options.mode() == ParseMode.FAILFAST) {
        throw FromText.malformed("XML", String.valueOf(row.malformed()), i);
      }
      out.appendValue(row.values());
    }
    return out.build();
  }

  private static Expression bindToXml(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = call.argument(0);
    if (value.type() == AtomicType.NULL) {
      return new Literal(AtomicType.STRING, null, "to_xml(NULL)");
    }
    if (!(value.type() instanceof StructType) && value.type() != AtomicType.VARIANT) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "'to_xml' takes a STRUCT or a VARIANT, not " + value.type().sql(),
          "put it into a struct");
    }
    FormatOptions given = FormatOptions.of(call, 1);
    XmlWriteOptions options =
        new XmlWriteOptions(
            given.text("rowTag", "ROW"),
            given.text("attributePrefix", "_"),
            given.text("valueTag", "_VALUE"),
            given.text("arrayElementName", "item"),
            given.find("nullValue").orElse(null),
            given.text("indent", "    "),
            given.flag("validateName", true),
            given.writtenTimeFormats());
    FromText.checkWrittenPatterns(call, given.writtenTimeFormats(), 1);
    return new ScalarCall(
            "to_xml",
            List.of(value),
            AtomicType.STRING,
            value.nullable(),
            options.validateName(),
            (columns, rows, context) -> texts(columns.get(0).flatten(), rows, options))
        .under(given.values());
  }

  private static Column texts(FlatColumn values, int rows, XmlWriteOptions options) {
    XmlEncoder encoder = new XmlEncoder(options);
    return ToText.texts(
        values,
        rows,
        (row, out) -> {
          try {
            encoder.row(values, row, out);
          } catch (XmlEncoder.BadName e) {
            throw new EvaluationException(
                "INVALID_XML_NAME",
                "'to_xml' cannot write the value: "
                    + e.getMessage()
                    + "; rename the field, or let such names pass with map('validateName',"
                    + " 'false')",
                row);
          }
        });
  }

  private static Expression bindSchema(FunctionCall call) {
    call.requireCount(1, 2);
    Expression text = call.argument(0);
    if (text.type() != AtomicType.STRING && text.type() != AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "'schema_of_xml' takes a STRING, not " + text.type().sql(),
          null);
    }
    String sample = FromText.sample(call, text);
    DataType type = new XmlInference(readOptions(call, 1)).typeOf(sample);
    // What is no XML is told of as a record that cannot be read.
    DataType shown =
        type instanceof StructType
            ? type
            : StructType.of(new Field("_corrupt_record", AtomicType.STRING, true));
    return new Literal(AtomicType.STRING, shown.sql(), "schema_of_xml(" + text.sql() + ")");
  }
}
