/** Apache ORC files: what is declared of them. What needs the library is in the package below. */
@NullMarked
package dev.sluice.connectors.orc;

import org.jspecify.annotations.NullMarked;
