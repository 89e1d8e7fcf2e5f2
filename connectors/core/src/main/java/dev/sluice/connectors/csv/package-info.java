/** The csv format: files of separated fields. */
@NullMarked
package dev.sluice.connectors.csv;

import org.jspecify.annotations.NullMarked;
