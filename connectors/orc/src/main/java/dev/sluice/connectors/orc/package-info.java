/**
 * Apache ORC files: what is declared of them. What needs the library is in the package below, which
 * is loaded with the first ORC file. Folders, partitions and logs of files belong to {@code
 * connectors.file}.
 */
@NullMarked
package dev.sluice.connectors.orc;

import org.jspecify.annotations.NullMarked;
