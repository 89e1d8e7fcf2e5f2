/** Files as streams of bytes: parts of files, compression, encodings. */
@NullMarked
package dev.sluice.connectors.bytes;

import org.jspecify.annotations.NullMarked;
