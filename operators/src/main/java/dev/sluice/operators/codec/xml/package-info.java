/** XML elements to and from rows, by the rules of Spark's XML source. */
@NullMarked
package dev.sluice.operators.codec.xml;

import org.jspecify.annotations.NullMarked;
