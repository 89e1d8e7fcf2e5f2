/**
 * Files as streams of bytes: parts of files, compression, encodings. What belongs here knows bytes
 * and where lines may begin. Records and columns belong to the formats.
 */
@NullMarked
package dev.sluice.connectors.bytes;

import org.jspecify.annotations.NullMarked;
