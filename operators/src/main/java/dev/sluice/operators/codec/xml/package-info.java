/**
 * XML elements to and from rows, by the rules of Spark's XML source. The functions over XML texts
 * use it. There is no XML file format.
 */
@NullMarked
package dev.sluice.operators.codec.xml;

import org.jspecify.annotations.NullMarked;
