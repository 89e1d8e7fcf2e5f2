@NullMarked
package dev.sluice.connectors.program;

import org.jspecify.annotations.NullMarked;
