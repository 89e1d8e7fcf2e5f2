/** Tables of databases, read and written. */
@NullMarked
package dev.sluice.connectors.jdbc.client;

import org.jspecify.annotations.NullMarked;
