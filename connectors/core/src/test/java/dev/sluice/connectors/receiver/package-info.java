@NullMarked
package dev.sluice.connectors.receiver;

import org.jspecify.annotations.NullMarked;
