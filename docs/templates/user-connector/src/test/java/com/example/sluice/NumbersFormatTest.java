package com.example.sluice;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.testing.FileSourceContract;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;

/** Files that the format's sink wrote, through the suite for sources. */
class NumbersFormatTest extends FileSourceContract {
  @Override
  protected FileFormat format() {
    return new NumbersFormat();
  }

  @Override
  protected Schema schema() {
    return Schema.of(new Field("value", AtomicType.BIGINT));
  }
}
