/**
 * Functions of XML texts, with the JDK's own parser and nothing read from outside. Document type
 * declarations are refused. Rows from elements are made in {@code codec.xml}.
 */
@NullMarked
package dev.sluice.operators.function.xml;

import org.jspecify.annotations.NullMarked;
