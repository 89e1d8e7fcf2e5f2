@NullMarked
package dev.sluice.connectors.foreach;

import org.jspecify.annotations.NullMarked;
