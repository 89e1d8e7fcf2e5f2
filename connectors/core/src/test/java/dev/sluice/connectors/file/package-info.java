@NullMarked
package dev.sluice.connectors.file;

import org.jspecify.annotations.NullMarked;
