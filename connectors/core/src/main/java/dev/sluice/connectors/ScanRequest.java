package dev.sluice.connectors;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/**
 * What the query needs of a split.
 *
 * @param schema the columns to deliver, a part of the source's schema by name, in this order; may
 *     be none (only rows are counted)
 * @param filters conditions over {@code schema} that every row kept must meet; a reader may use
 *     them to skip rows that certainly fail one (Parquet statistics) and may ignore them: the query
 *     filters again
 * @param batchRows how many rows a batch should have
 */
public record ScanRequest(Schema schema, List<Expression> filters, int batchRows) {
  public ScanRequest {
    filters = List.copyOf(filters);
  }
}
