/**
 * Kinds of storage beside the local disk: how one is found by the scheme of a location, and how its
 * client's libraries are brought in only then.
 */
@NullMarked
package dev.sluice.connectors.store;

import org.jspecify.annotations.NullMarked;
