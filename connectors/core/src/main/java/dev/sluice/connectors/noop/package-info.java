/**
 * Rows thrown away, for measuring everything else. It takes every output mode and any schema.
 * Nothing else belongs here.
 */
@NullMarked
package dev.sluice.connectors.noop;

import org.jspecify.annotations.NullMarked;
