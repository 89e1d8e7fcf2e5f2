package dev.sluice.connectors.file;

import static dev.sluice.connectors.file.FileSourceHarness.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.CheckpointTakenException;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
  @TempDir Path folder;
  private FileSourceHarness files;

  @BeforeEach
  void openFolder() {
    files = new FileSourceHarness(folder);
  }

  @Test
  void readsFilesInTheOrderOfTheirModificationTime() {
    files.put("a", 1, 30);
    files.put("b", 2, 10);
    files.put("c", 3, 20);

    assertThat(drain(files.open("maxFilesPerTrigger", "1")))
        .containsExactly(List.of("2"), List.of("3"), List.of("1"));
    assertThat(drain(new FileSourceHarness(folder).open("maxFilesPerTrigger", "1"), offset(2)))
        .isEmpty();
  }

  @Test
  void writesTheLogThatSparkWrites() throws IOException {
    files.put("a b.line", 1, 30);

    drain(files.open());

    assertThat(files.log.resolve("0"))
        .hasContent(
            "v1\n{\"path\":\"file://"
                + files.in
                + "/a%20b.line\",\"timestamp\":1700000030000,\"batchId\":0}");
    assertThat(Files.readString(files.log.resolve("0"))).doesNotEndWith("\n");
  }

  @Test
  void givesTheSameRowsAgainAfterARestart() {
    files.put("a", 1, 1);
    files.put("b", 2, 2);
    Source first = files.open("maxFilesPerTrigger", "1");
    Offset one = first.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    Offset two = first.latestOffset(one, ReadLimit.CONFIGURED);
    files.put("b", 20, 3);

    Source second = files.open();

    assertThat(FileSourceHarness.rows(second, one, two, LineFormat.SCHEMA)).containsExactly("20");
    assertThat(FileSourceHarness.rows(second, Offset.NONE, two, LineFormat.SCHEMA))
        .containsExactly("1", "20");
    assertThat(second.latestOffset(two, ReadLimit.CONFIGURED)).isEqualTo(two);
  }

  @Test
  void goesOnWithAnEntryThatNoBatchHasTaken() {
    files.put("a", 1, 1);
    files.open().latestOffset(Offset.NONE, ReadLimit.CONFIGURED);

    assertThat(drain(files.open())).containsExactly(List.of("1"));
  }

  @Test
  void compactsItsLogEveryTenBatchesAndReadsBatchesBackFromIt() throws IOException {
    for (int i = 0; i < 25; i++) {
      files.put("f" + i, i, i);
    }

    drain(files.open("maxFilesPerTrigger", "1"));

    assertThat(files.log.resolve("9.compact")).exists();
    assertThat(files.log.resolve("9")).doesNotExist();
    assertThat(Files.readAllLines(files.log.resolve("19.compact"))).hasSize(21);
    Source again = files.open();
    assertThat(FileSourceHarness.rows(again, offset(8), offset(9), LineFormat.SCHEMA))
        .containsExactly("9");
    assertThat(FileSourceHarness.rows(again, offset(17), offset(20), LineFormat.SCHEMA))
        .containsExactly("18", "19", "20");
    files.put("more", 100, 100);
    assertThat(drain(again, offset(24))).containsExactly(List.of("100"));
  }

  @Test
  void neverReadsAFileTwice() {
    files.put("a", 1, 1);
    Source source = files.open();
    assertThat(drain(source)).containsExactly(List.of("1"));
    files.put("a", 2, 50);

    assertThat(drain(source, offset(0))).isEmpty();
    assertThat(drain(files.open(), offset(0))).isEmpty();
  }

  @Test
  void takesAtLeastOneFileWithinTheByteLimit() {
    files.write("a", "1\n2\n3\n4\n", 1);
    files.put("b", 5, 2);
    files.put("c", 6, 3);
    files.put("d", 7, 4);

    assertThat(drain(files.open("maxBytesPerTrigger", "5")))
        .containsExactly(List.of("1", "2", "3", "4"), List.of("5", "6"), List.of("7"));
  }

  @Test
  void onceIgnoresTheLimit() {
    files.put("a", 1, 1);
    files.put("b", 2, 2);
    Source source = files.open("maxFilesPerTrigger", "1");

    Offset all = source.latestOffset(Offset.NONE, ReadLimit.ALL);

    assertThat(FileSourceHarness.rows(source, Offset.NONE, all, LineFormat.SCHEMA)).hasSize(2);
  }

  @Test
  void readsTheLatestFirstHoweverOldTheOthers() {
    files.put("a", 1, 0);
    files.put("b", 2, 30 * 86_400);
    files.put("c", 3, 10);

    assertThat(drain(files.open("latestFirst", "true", "maxFilesPerTrigger", "1")))
        .containsExactly(List.of("2"), List.of("3"), List.of("1"));
  }

  @Test
  void passesOverFilesThatAreTooOldExceptInTheFirstListing() {
    files.put("first", 1, -700_000);
    files.put("b", 2, 0);
    Source source = files.open();
    assertThat(drain(source)).containsExactly(List.of("1", "2"));
    files.put("old", 3, -700_000);
    files.put("new", 4, 1);

    assertThat(drain(source, offset(0))).containsExactly(List.of("4"));
  }

  @Test
  void knowsFilesByNameAloneIfAsked() {
    files.put("p=a/1", 1, 1);
    files.put("p=b/1", 2, 2);
    Source source = files.open("fileNameOnly", "true", "maxFilesPerTrigger", "1");
    ((SupportsAvailableNow) source).prepareForAvailableNow();

    assertThat(drain(source)).containsExactly(List.of(List.of("1", "a")));
  }

  @Test
  void availableNowReadsWhatWasThereAndNothingLater() {
    files.put("a", 1, 1);
    files.put("b", 2, 2);
    Source source = files.open("maxFilesPerTrigger", "1");
    ((SupportsAvailableNow) source).prepareForAvailableNow();
    files.put("c", 3, 3);

    assertThat(drain(source)).containsExactly(List.of("1"), List.of("2"));
  }

  @Test
  void appendsPartitionColumnsWithTheTypesOfTheirValues() {
    files.put("day=2024-02-29/n=1/x", 1, 1);
    files.put("day=2024-03-01/n=__HIVE_DEFAULT_PARTITION__/x", 2, 2);

    Source source = files.open();

    assertThat(source.schema().catalogString()).isEqualTo("struct<value:bigint,day:date,n:int>");
    assertThat(drain(source))
        .containsExactly(List.of(List.of("1", "19782", "1"), List.of("2", "19783", "null")));
  }

  @Test
  void givesDeclaredPartitionColumnsTheirDeclaredTypeAtTheEnd() {
    files.put("n=007/x", 1, 1);
    files.put("n=a%2Fb/x", 2, 2);
    files.declared(
        Schema.of(new Field("n", AtomicType.STRING), new Field("value", AtomicType.BIGINT)));

    Source source = files.open();

    assertThat(source.schema().names()).containsExactly("value", "n");
    assertThat(drain(source)).containsExactly(List.of(List.of("1", "007"), List.of("2", "a/b")));
  }

  @Test
  void takesDeclaredColumnsFromFoldersThatComeAfterTheStart() {
    files.declared(
        Schema.of(new Field("n", AtomicType.STRING), new Field("value", AtomicType.BIGINT)));
    Source source = files.open();
    assertThat(source.schema().names()).containsExactly("n", "value");
    assertThat(drain(source)).isEmpty();
    files.put("n=007/x", 1, 1);
    assertThat(drain(source)).containsExactly(List.of(List.of("007", "1")));
    files.put("n=b/x", 2, 2);
    assertThat(drain(source, offset(0))).containsExactly(List.of(List.of("b", "2")));
  }

  @Test
  void aFormatOfOneColumnHasOthersInFoldersThatComeAfterTheStart() {
    files.declared(
        Schema.of(new Field("value", AtomicType.STRING), new Field("day", AtomicType.DATE)));
    Source source = files.open(new TextFormat());
    assertThat(drain(source)).isEmpty();
    files.write("day=2024-02-29/a.txt", "one\n", 1);
    assertThat(drain(source)).containsExactly(List.of(List.of("one", "19782")));

    files.write("b.txt", "two\n", 2);
    assertThatThrownBy(() -> drain(source, offset(0)))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("2 columns are declared");
  }

  @Test
  void columnsThatAFormatCannotHaveAreFoundAtTheStartIfThereAreFiles() {
    files.declared(Schema.of(new Field("a", AtomicType.STRING), new Field("b", AtomicType.STRING)));
    files.write("a.txt", "one\n", 1);
    assertThatThrownBy(() -> files.open(new TextFormat()))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("2 columns are declared");
  }

  @Test
  void whatAFileHoldsDoesNotGoByWhatComesWithIt() {
    files.declared(
        Schema.of(new Field("value", AtomicType.BIGINT), new Field("day", AtomicType.DATE)));
    List<List<Object>> rows =
        List.of(List.of("1", "19723"), List.of("2", "19782"), List.of("3", "19783"));
    Source all = files.open(new CsvFormat());
    files.write("a.csv", "1,2024-01-01\n", 1);
    files.write("day=2024-02-29/b.csv", "2\n", 2);
    files.write("c.csv", "3,2024-03-01\n", 3);
    Offset end = all.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    assertThat(FileSourceHarness.rows(all, Offset.NONE, end, all.schema()))
        .containsExactlyInAnyOrderElementsOf(rows);
    Source again = files.open(new CsvFormat());
    assertThat(FileSourceHarness.rows(again, Offset.NONE, end, again.schema()))
        .as("after a restart")
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void aPatternOverTheFolderOfASinkLeavesItsLogOut() {
    files.put("1", 1, 1);
    files.write("_spark_metadata/0", "7\n", 2);
    assertThat(drain(files.open("path", "in/*"))).containsExactly(List.of("1"));
  }

  @Test
  void refusesAPartitionValueThatDoesNotFitItsType() {
    files.put("n=x/1", 1, 1);
    files.declared(LineFormat.SCHEMA.plus(new Field("n", AtomicType.INT)));

    assertThatThrownBy(files::open)
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("'n=x'")
        .hasMessageContaining("INT");
  }

  @Test
  void ignoresPlainFoldersAndHiddenNames() {
    files.put("1", 1, 1);
    files.put("sub/2", 2, 2);
    files.put("_x", 3, 3);
    files.put(".y", 4, 4);
    files.put("z._COPYING_", 5, 5);
    files.put("_tmp/6", 6, 6);

    assertThat(drain(files.open())).containsExactly(List.of("1"));
  }

  @Test
  void readsAllFoldersBelowWithoutPartitionsIfAsked() {
    files.put("1", 1, 1);
    files.put("sub/deep/2", 2, 2);
    files.put("part=a/3", 3, 3);

    Source source = files.open("recursiveFileLookup", "true");

    assertThat(source.schema()).isEqualTo(LineFormat.SCHEMA);
    assertThat(drain(source)).containsExactly(List.of("1", "2", "3"));
  }

  @Test
  void filtersNamesByPattern() {
    files.put("1.json", 1, 1);
    files.put("2.txt", 2, 2);
    files.put("3.json.bak", 3, 3);

    assertThat(drain(files.open("pathGlobFilter", "*.json"))).containsExactly(List.of("1"));
  }

  @Test
  void expandsPatternsInThePathAndSeesNewMatches() {
    files.put("x1/a", 1, 1);
    files.put("x2/a", 2, 2);
    files.put("y/a", 3, 3);
    Source source = files.open("path", "in/{x[1-9],y?}/*");
    assertThat(drain(source)).containsExactly(List.of("1", "2"));
    files.put("y7/a", 4, 4);

    assertThat(drain(source, offset(0))).containsExactly(List.of("4"));
  }

  @Test
  void givesNoPartitionColumnsForAPatternUnlessTheBasePathIsKnown() {
    files.put("p=a/1", 1, 1);

    assertThat(files.open("path", "in/*").schema()).isEqualTo(LineFormat.SCHEMA);
    assertThat(files.open("path", "in/*", "basePath", "in").schema().names())
        .containsExactly("value", "p");
  }

  @Test
  void failsForAPathThatIsNotThere() {
    assertThatThrownBy(() -> files.open("path", "nowhere"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("nowhere' does not exist");
  }

  @Test
  void offersTheFilesFactsOnlyWhenAsked() {
    files.put("a b", 1, 1);
    Source source = files.open();
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);

    assertThat(source.schema().names()).doesNotContain("_metadata");
    assertThat(FileSourceHarness.rows(source, Offset.NONE, end, source.hiddenColumns()))
        .containsExactly("[file://" + files.in + "/a%20b, a b, 2, 0, 2, 1700000001000000]");
  }

  @Test
  void archivesFilesOnceTheirBatchIsCommitted() {
    files.put("a", 1, 1);
    Source source = files.open("cleanSource", "archive", "sourceArchiveDir", "old");
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    assertThat(files.in.resolve("a")).exists();

    source.commit(end);

    assertThat(files.in.resolve("a")).doesNotExist();
    assertThat(Path.of(folder + "/old" + files.in + "/a")).exists();
  }

  @Test
  void tellsHowManyFilesWaitAlsoWhereTheyWillBeListedAgain() {
    files.put("a", 1, 1);
    files.put("b", 2, 2);
    files.put("c", 3, 3);
    // What is left is too little to keep the listing.
    Source source = files.open("maxFilesPerTrigger", "2", "discardCachedInputRatio", "1");

    Offset first = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    assertThat(source.backlog()).contains(new Source.Backlog(1, "files"));
    source.latestOffset(first, ReadLimit.CONFIGURED);

    assertThat(source.backlog()).contains(new Source.Backlog(0, "files"));
  }

  @Test
  void deletesFilesOnceTheirBatchIsCommitted() {
    files.put("a", 1, 1);
    drain(files.open("cleanSource", "DELETE"));

    assertThat(files.in.resolve("a")).doesNotExist();
  }

  @Test
  void goesOnWithTheIntervalThatSparkWroteTheLogWith() throws IOException {
    Files.createDirectories(files.log);
    StringBuilder all = new StringBuilder("v1");
    for (int batch = 0; batch < 5; batch++) {
      files.put("f" + batch, batch, batch);
      String entry =
          "\n{\"path\":\"file://%s/f%d\",\"timestamp\":%d,\"batchId\":%d}"
              .formatted(files.in, batch, 1_700_000_000_000L + batch * 1000, batch);
      all.append(entry);
      Files.writeString(
          files.log.resolve(batch == 2 ? "2.compact" : "" + batch),
          batch == 2 ? all.toString() : "v1" + entry);
    }
    Source source = files.open("maxFilesPerTrigger", "1");
    for (int batch = 5; batch < 12; batch++) {
      files.put("f" + batch, batch, batch);
    }

    assertThat(FileSourceHarness.rows(source, offset(1), offset(4), LineFormat.SCHEMA))
        .containsExactly("2", "3", "4");
    assertThat(drain(source, offset(4))).hasSize(7);
    assertThat(files.log.resolve("5.compact")).exists();
    assertThat(files.log.resolve("8.compact")).exists();
    assertThat(files.log.resolve("9")).exists();
    assertThat(files.log.resolve("11.compact")).exists();
    Source again = files.open("maxFilesPerTrigger", "1");
    assertThat(FileSourceHarness.rows(again, offset(4), offset(11), LineFormat.SCHEMA))
        .containsExactly("5", "6", "7", "8", "9", "10", "11");
  }

  @Test
  void tellsThatAnotherRunWroteTheLogMeanwhile() {
    files.put("a", 1, 1);
    Source one = files.open();
    Source other = files.open();
    drain(other);

    assertThatThrownBy(() -> drain(one))
        .isInstanceOf(CheckpointTakenException.class)
        .hasMessageContaining(files.log + "/0");
  }

  @Test
  void tellsHowManyFilesCannotBeCleaned() throws IOException {
    files.put("a", 1, 1);
    files.put("b", 2, 2);
    Files.createDirectories(Path.of(folder + "/old" + files.in));
    Files.writeString(Path.of(folder + "/old" + files.in + "/a"), "an older one of this name");
    Source source = files.open("cleanSource", "archive", "sourceArchiveDir", "old");
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    assertThat(source.metrics()).isEmpty();

    source.commit(end);

    assertThat(source.metrics()).containsExactly(Map.entry("filesNotCleaned", "1"));
    assertThat(files.in.resolve("a")).exists();
    assertThat(files.in.resolve("b")).doesNotExist();
  }

  @Test
  void fileThatIsCleanedAlreadyIsNoFailure() throws IOException {
    files.put("a", 1, 1);
    Source source = files.open("cleanSource", "archive", "sourceArchiveDir", "old");
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    Files.delete(files.in.resolve("a"));

    source.commit(end);

    assertThat(source.metrics()).isEmpty();
  }

  @Test
  void tableHasOnlyTheFilesModifiedBetweenTwoTimes() {
    for (int second = 0; second < 5; second++) {
      files.put("f" + second, second, second);
    }
    // Second 0 is 2023-11-14 22:13:20 UTC; bounds are left out.
    Source table =
        files.open(
            "modifiedAfter", "2023-11-14T22:13:21", "modifiedBefore", "2023-11-15 00:13:24+02:00");

    assertThat(FileSourceHarness.rows(table.snapshot(), LineFormat.SCHEMA))
        .containsExactly("2", "3");
  }

  @Test
  void refusesAnArchiveThatTheSourceWouldReadAgain() {
    assertThatThrownBy(() -> files.open("cleanSource", "archive", "sourceArchiveDir", "in/archive"))
        .hasMessageContaining("may match the source path");
  }

  @Test
  void namesTheFileThatIsGone() throws IOException {
    files.put("a", 1, 1);
    Source source = files.open();
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);
    Files.delete(files.in.resolve("a"));

    assertThatThrownBy(() -> FileSourceHarness.rows(source, Offset.NONE, end, source.schema()))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(files.in + "/a");
    assertThat(drain(files.open("ignoreMissingFiles", "true"))).containsExactly(List.of());
  }

  @Test
  void namesTheFileThatCannotBeReadOrPassesOverIt() {
    files.write("a", "!\n", 1);
    files.put("b", 2, 2);

    assertThatThrownBy(() -> drain(files.open()))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(files.in + "/a");
    Source source = files.open("ignoreCorruptFiles", "true");
    assertThat(drain(source)).containsExactly(List.of("2"));
    assertThat(source.metrics()).containsEntry("filesPassedOver", "1");
  }

  @Test
  void cutsLargeFilesAndKeepsEveryRowOnce() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2_000_000; i++) {
      text.append(1000 + i % 9000).append('\n');
    }
    files.write("big", text.toString(), 1);
    Source source = files.open();
    Offset end = source.latestOffset(Offset.NONE, ReadLimit.CONFIGURED);

    assertThat(source.splits(Offset.NONE, end)).hasSize(2);
    assertThat(FileSourceHarness.rows(source, Offset.NONE, end, Schema.EMPTY)).hasSize(2_000_000);
  }

  @Test
  void namesTheLogFileThatIsDamaged() throws IOException {
    files.put("a", 1, 1);
    drain(files.open());
    Files.writeString(files.log.resolve("0"), "v1\n{\"path\":");

    assertThatThrownBy(() -> files.open())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("sources/0/0' is damaged: ")
        .hasMessageContaining("(line 2); restore it");
  }

  @Test
  void refusesACheckpointWhoseLogIsLost() {
    files.put("a", 1, 1);

    assertThatThrownBy(() -> files.open().latestOffset(offset(5), ReadLimit.CONFIGURED))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("sources/0/5' is missing: ");
  }

  private static Offset offset(int number) {
    return new Offset("{\"logOffset\":" + number + "}");
  }
}
