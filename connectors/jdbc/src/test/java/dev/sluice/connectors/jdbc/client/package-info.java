/** Tests of what the outside does not see. */
@NullMarked
package dev.sluice.connectors.jdbc.client;

import org.jspecify.annotations.NullMarked;
