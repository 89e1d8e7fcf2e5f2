package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.TimeFormats;
import org.jspecify.annotations.Nullable;

/**
 * How XML is written; names and defaults are those of Spark's XML sink.
 *
 * @param rowTag the element of a row
 * @param attributePrefix fields whose names begin with it are attributes
 * @param valueTag the field that is the text of its element
 * @param arrayElementName the element of what stands in an array that is itself in an array
 * @param nullValue what is written for null; null leaves the field out
 * @param indent before each element, a level
 * @param validateName whether a name that XML does not know is a failure: keys of maps and objects
 *     come with the data, and could else write markup
 */
public record XmlWriteOptions(
    String rowTag,
    String attributePrefix,
    String valueTag,
    String arrayElementName,
    @Nullable String nullValue,
    String indent,
    boolean validateName,
    TimeFormats timeFormats) {}
