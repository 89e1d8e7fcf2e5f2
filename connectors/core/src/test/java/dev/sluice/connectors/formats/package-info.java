@NullMarked
package dev.sluice.connectors.formats;

import org.jspecify.annotations.NullMarked;
