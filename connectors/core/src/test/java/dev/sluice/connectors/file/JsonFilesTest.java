package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;

/** JSON files through the file source and the file sink. */
class JsonFilesTest extends FileFormatContract {
  @Override
  protected FileFormat format() {
    return FormatComponents.formats().find("json").orElseThrow();
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
