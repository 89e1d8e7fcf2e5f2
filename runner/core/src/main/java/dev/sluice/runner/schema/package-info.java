/** JSON Schema of the pipeline file, made from what the components declare, and the check by it. */
@NullMarked
package dev.sluice.runner.schema;

import org.jspecify.annotations.NullMarked;
