@NullMarked
package dev.sluice.connectors.retry;

import org.jspecify.annotations.NullMarked;
