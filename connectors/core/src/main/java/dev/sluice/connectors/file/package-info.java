/**
 * Files as a source and as a sink, for every {@link dev.sluice.connectors.FileFormat} and every
 * {@link dev.sluice.operators.io.FileStore}: {@link dev.sluice.connectors.file.FormatComponents}
 * makes one source and one sink type a format.
 */
@NullMarked
package dev.sluice.connectors.file;

import org.jspecify.annotations.NullMarked;
