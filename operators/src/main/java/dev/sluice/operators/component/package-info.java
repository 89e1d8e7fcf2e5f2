/**
 * What a component declares of itself: one declaration feeds validation, defaults, JSON Schema and
 * docs.
 */
@NullMarked
package dev.sluice.operators.component;

import org.jspecify.annotations.NullMarked;
