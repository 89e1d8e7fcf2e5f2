@NullMarked
package dev.sluice.connectors.hadoop;

import org.jspecify.annotations.NullMarked;
