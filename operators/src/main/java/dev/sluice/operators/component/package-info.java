/**
 * What a component declares of itself: one declaration feeds validation, defaults, JSON Schema and
 * docs. What belongs here knows names, options and their types. What a component does is another
 * interface: a source, a sink, a step.
 */
@NullMarked
package dev.sluice.operators.component;

import org.jspecify.annotations.NullMarked;
