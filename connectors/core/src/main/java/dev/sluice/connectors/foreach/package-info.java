/** Rows given one by one to a class of a plug-in. */
@NullMarked
package dev.sluice.connectors.foreach;

import org.jspecify.annotations.NullMarked;
