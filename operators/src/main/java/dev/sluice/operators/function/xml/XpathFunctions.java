package dev.sluice.operators.function.xml;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import javax.xml.xpath.XPathConstants;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** {@code xpath} and its typed forms: values of XML texts by an XPath expression. */
public final class XpathFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "xpath",
        "xpath_boolean",
        "xpath_double",
        "xpath_number",
        "xpath_float",
        "xpath_int",
        "xpath_long",
        "xpath_short",
        "xpath_string");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "xpath" ->
          declare(
              name,
              "The texts of all nodes that the path names.",
              example("xpath('<a><b>1</b><b>2</b></a>', 'a/b/text()')", "[1, 2]"),
              new ArrayType(AtomicType.STRING, true),
              XPathConstants.NODESET);
      case "xpath_boolean" ->
          declare(
              name,
              "Whether the path is true or names a node.",
              example("xpath_boolean('<a><b>1</b></a>', 'a/b')", "true"),
              AtomicType.BOOLEAN,
              XPathConstants.BOOLEAN);
      case "xpath_string" ->
          declare(
              name,
              "The text of the first node that the path names.",
              example("xpath_string('<a><b>b</b><c>cc</c></a>', 'a/c')", "cc"),
              AtomicType.STRING,
              XPathConstants.STRING);
      case "xpath_double", "xpath_number" -> number(name, AtomicType.DOUBLE, "3.0");
      case "xpath_float" -> number(name, AtomicType.FLOAT, "3.0");
      case "xpath_long" -> number(name, AtomicType.BIGINT, "3");
      case "xpath_short" -> number(name, AtomicType.SMALLINT, "3");
      case "xpath_int" -> number(name, AtomicType.INT, "3");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction number(String name, AtomicType type, String three) {
    return declare(
        name,
        "The number that the path gives, as " + type.catalogString() + ".",
        example(name + "('<a><b>1</b><b>2</b></a>', 'sum(a/b)')", three),
        type,
        XPathConstants.NUMBER);
  }

  private static NamedFunction declare(
      String name, String description, FunctionDoc.Example example, DataType type, QName kind) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("xml_funcs", name + "(xml, xpath)", description, example),
        call -> bind(call, type, kind));
  }

  private static Expression bind(FunctionCall call, DataType type, QName kind) {
    call.requireCount(2, 2);
    Expression xml = call.exactly(0, AtomicType.STRING);
    call.exactly(1, AtomicType.STRING);
    Object path = call.constant(1);
    return new ScalarCall(
        call.name(),
        List.of(xml, call.argument(1)),
        type,
        true,
        true,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          return evaluate(in, rows, path == null ? null : path.toString(), type, kind);
        });
  }

  private static Column evaluate(
      BytesColumn in, int rows, @Nullable String path, DataType type, QName kind) {
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    XmlPath compiled = null;
    for (int i = 0; i < rows; i++) {
      if (path == null || path.isEmpty() || in.isNull(i) || in.lengths()[i] == 0) {
        out.appendNull();
        continue;
      }
      if (compiled == null) {
        compiled = XmlPath.compile(path, i);
      }
      Object found = compiled.evaluate(in.string(i), kind, i);
      out.appendValue(found == null ? null : value(found, type, i));
    }
    return out.build();
  }

  private static Object value(Object found, DataType type, int row) {
    if (found instanceof NodeList nodes) {
      List<@Nullable Object> texts = new ArrayList<>();
      for (int n = 0; n < nodes.getLength(); n++) {
        Node node = nodes.item(n);
        // Elements have no value of their own: null, as in Spark.
        texts.add(node.getNodeValue());
      }
      return texts;
    }
    if (found instanceof Double number) {
      return switch ((AtomicType) type) {
        case DOUBLE -> number;
        case FLOAT -> number.floatValue();
        case BIGINT -> number.longValue();
        case SMALLINT -> (int) number.shortValue();
        case INT -> number.intValue();
        default -> throw new EvaluationException("INTERNAL_ERROR", "no number: " + type, row);
      };
    }
    return found;
  }
}
