/** Conditions of queries in the words of what is read: files, databases. */
@NullMarked
package dev.sluice.connectors.pushdown;

import org.jspecify.annotations.NullMarked;
