package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;

/** CSV files through the file source and the file sink. */
class CsvFilesTest extends FileFormatContract {
  @Override
  protected FileFormat format() {
    return FormatComponents.formats().find("csv").orElseThrow();
  }

  @Override
  protected boolean keepsEveryValue() {
    return false;
  }

  @Override
  protected boolean noticesCutFiles() {
    return false;
  }
}
