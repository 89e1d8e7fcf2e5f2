@NullMarked
package dev.sluice.connectors.noop;

import org.jspecify.annotations.NullMarked;
