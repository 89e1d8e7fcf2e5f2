/** The json format: files of JSON values, one a line or one a file. */
@NullMarked
package dev.sluice.connectors.json;

import org.jspecify.annotations.NullMarked;
