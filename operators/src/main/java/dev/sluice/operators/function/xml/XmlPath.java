package dev.sluice.operators.function.xml;

import dev.sluice.operators.expression.EvaluationException;
import java.io.IOException;
import java.io.StringReader;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpression;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathFactoryConfigurationException;
import org.jspecify.annotations.Nullable;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * A path over XML texts with the JDK's parser. A document type declaration is refused: no entity is
 * ever read from outside or expanded.
 */
record XmlPath(XPathExpression path, DocumentBuilder builder) {
  static XmlPath compile(String path, int row) {
    try {
      DocumentBuilderFactory documents = DocumentBuilderFactory.newDefaultInstance();
      documents.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      documents.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      documents.setXIncludeAware(false);
      documents.setExpandEntityReferences(false);
      DocumentBuilder builder = documents.newDocumentBuilder();
      builder.setErrorHandler(null);
      XPathFactory paths = XPathFactory.newDefaultInstance();
      paths.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      return new XmlPath(paths.newXPath().compile(path), builder);
    } catch (XPathExpressionException e) {
      throw new EvaluationException("INVALID_XPATH", "'" + path + "' is no XPath", row);
    } catch (ParserConfigurationException | XPathFactoryConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the path gives of that kind, or null. */
  @Nullable Object evaluate(String xml, QName kind, int row) {
    try {
      return path.evaluate(builder.parse(new InputSource(new StringReader(xml))), kind);
    } catch (SAXException | IOException | XPathExpressionException e) {
      throw new EvaluationException(
          "FAILED_EXECUTE_UDF", "the text is no XML: " + e.getMessage(), row);
    }
  }
}
