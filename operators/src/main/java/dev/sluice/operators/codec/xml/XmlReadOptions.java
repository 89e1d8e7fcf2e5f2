package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TimeFormats;
import org.jspecify.annotations.Nullable;

/**
 * How XML is read; names and defaults are those of Spark's XML source.
 *
 * @param attributePrefix before the name of a field that is an attribute
 * @param valueTag the field that takes the text of an element which has attributes or children too
 * @param wildcardColumn the field that takes elements which no other field names
 * @param trims whether blanks around a value do not count
 * @param nullValue the text that is null; null if there is none
 * @param prefersDecimal whether inference tries decimals before doubles
 * @param singleVariant whether the first VARIANT field takes the whole element
 */
public record XmlReadOptions(
    String attributePrefix,
    String valueTag,
    String wildcardColumn,
    boolean excludesAttributes,
    boolean ignoresNamespaces,
    boolean trims,
    @Nullable String nullValue,
    boolean infersTypes,
    boolean prefersDecimal,
    ParseMode mode,
    String corruptColumn,
    TimeFormats timeFormats,
    boolean singleVariant) {}
