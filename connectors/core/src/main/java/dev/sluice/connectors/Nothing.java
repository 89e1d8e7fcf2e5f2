package dev.sluice.connectors;

import dev.sluice.operators.data.Batch;

/** {@link Write#NOTHING}, which is each of its parts, too. */
enum Nothing implements Write, Write.Part {
  WRITE;

  @Override
  public Part part(int index) {
    return this;
  }

  @Override
  public void write(Batch batch) {}

  @Override
  public void finish() {}

  @Override
  public void commit() {}

  @Override
  public void close() {}
}
