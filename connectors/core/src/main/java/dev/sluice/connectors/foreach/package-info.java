/**
 * Rows given one by one to a class of a plug-in. What belongs here is the writer's interface, the
 * row it sees, and the order of calls. A program in another language is {@code program}.
 */
@NullMarked
package dev.sluice.connectors.foreach;

import org.jspecify.annotations.NullMarked;
