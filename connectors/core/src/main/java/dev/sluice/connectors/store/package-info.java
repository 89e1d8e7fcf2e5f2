/**
 * Kinds of storage beside the local disk: how one is found by the scheme of a location, and how its
 * client's libraries are brought in only then. What belongs here needs no client. What a store must
 * promise is {@code FileStore}, in {@code operators.io}.
 */
@NullMarked
package dev.sluice.connectors.store;

import org.jspecify.annotations.NullMarked;
