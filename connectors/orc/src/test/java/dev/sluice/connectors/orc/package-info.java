@NullMarked
package dev.sluice.connectors.orc;

import org.jspecify.annotations.NullMarked;
