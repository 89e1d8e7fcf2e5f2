/**
 * JSON Schema of the pipeline file, made from what the components declare, and the check by it.
 * What belongs here knows the shape of a file: words, types, options. Whether columns and names
 * mean something is found out in {@code pipeline}.
 */
@NullMarked
package dev.sluice.runner.schema;

import org.jspecify.annotations.NullMarked;
