/** Functions of XML texts, with the JDK's own parser and nothing read from outside. */
@NullMarked
package dev.sluice.operators.function.xml;

import org.jspecify.annotations.NullMarked;
