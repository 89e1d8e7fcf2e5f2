@NullMarked
package dev.sluice.connectors.parquet;

import org.jspecify.annotations.NullMarked;
