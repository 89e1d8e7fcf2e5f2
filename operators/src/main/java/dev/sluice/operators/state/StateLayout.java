package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import java.util.function.UnaryOperator;

/**
 * What rows of state looked like before a column was added.
 *
 * @param lift makes rows of today out of them
 */
public record StateLayout(Schema schema, UnaryOperator<Batch> lift) {}
