package dev.sluice.connectors.memory;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;

/** Adds each batch to a table once; in complete mode each batch is the whole table. */
final class MemorySink implements Sink {
  private final String name;
  private final MemoryTable table;
  private final boolean complete;
  private boolean closed;

  MemorySink(String name, MemoryTable table, boolean complete) {
    this.name = name;
    this.table = table;
    this.complete = complete;
    TableServer.acquire();
  }

  @Override
  public String description() {
    return "MemorySink";
  }

  @Override
  public boolean hidesUntilCommit() {
    return true;
  }

  @Override
  public Write begin(long epochId) {
    return new MemoryWrite(epochId);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      TableServer.release();
    }
  }

  private final class MemoryWrite implements Write {
    private final long epochId;
    private final MemoryTable.Staged staged = table.stage(name, complete);

    MemoryWrite(long epochId) {
      this.epochId = epochId;
    }

    @Override
    public Part part(int index) {
      MemoryTable.Staged.Rows own = staged.part(epochId);
      return new Part() {
        @Override
        public void write(Batch batch) {
          own.add(batch);
        }

        @Override
        public void finish() {}
      };
    }

    @Override
    public void commit() {
      if (!table.holds(epochId)) {
        table.add(epochId, staged);
      }
    }

    @Override
    public void close() {}
  }
}
