package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class CollationsTest {
  private static final String T =
      " FROM (SELECT col1 COLLATE utf8_lcase AS c, col2 AS n FROM VALUES ('b', 1), ('A', 2),"
          + " ('B', 3), (NULL, 4), ('a', 5))";

  private static List<String> rows(String sql) {
    Problems problems = new Problems();
    Rel plan =
        new SelectPlanner(
                Session.DEFAULT, FunctionRegistry.load(), problems, QueryExecutor::executeNow)
            .plan(
                SqlTesting.text(sql),
                SelectPlanner.Tables.NONE,
                Rel.Aggregate.Scope.BATCH,
                Origin.NONE)
            .orElseThrow(() -> new AssertionError(problems.all()));
    List<String> rows = new ArrayList<>();
    for (Batch batch : QueryExecutor.execute(plan)) {
      for (int i = 0; i < batch.rows(); i++) {
        int row = i;
        rows.add(
            String.join(
                ",", batch.columns().stream().map(c -> String.valueOf(c.value(row))).toList()));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a' collate utf8_lcase = 'A'",
        "'A' = 'a' collate utf8_lcase",
        "'a' collate utf8_lcase <=> 'A'",
        "'a' collate utf8_lcase < 'B'",
        "'B' collate utf8_lcase > 'a'",
        "'ÄÖ' collate utf8_lcase = 'äö'",
        "'Σ' collate utf8_lcase = 'ς'",
        "'b' collate utf8_lcase in ('A', 'B')",
        "'b' collate utf8_lcase between 'A' and 'C'",
        "case 'a' collate utf8_lcase when 'A' then true else false end",
        "'aBc' collate utf8_lcase like 'Ab%'",
        "like('aBc' collate utf8_lcase, 'Ab_')",
        "'aBc' collate utf8_lcase rlike '^AB'",
        "nullif('a' collate utf8_lcase, 'A') is null",
        "array('a' collate utf8_lcase) = array('A' collate utf8_lcase)",
        "struct('a' collate utf8_lcase) = struct('A' collate utf8_lcase)",
        "array_contains(array('a' collate utf8_lcase), 'A')",
        "map('a' collate utf8_lcase, true)['A']",
        "contains('xABy' collate utf8_lcase, 'ab')",
        "'a  ' collate utf8_lcase_rtrim = 'A'",
        "'a  ' collate utf8_binary_rtrim = 'a'"
      })
  void lowerCaseDoesNotCount(String sql) {
    assertThat(eval(sql)).isEqualTo(true);
  }

  @Test
  void constantsGiveWayToColumnsAndColumnsToCollate() {
    Schema schema =
        Schema.of(
            new Field("l", new CollatedType("UTF8_LCASE")),
            new Field("b", AtomicType.STRING),
            new Field("r", new CollatedType("UTF8_LCASE_RTRIM")));
    assertThat(problems("l = 'a'", schema)).isEmpty();
    assertThat(problems("l = b collate utf8_lcase", schema)).isEmpty();
    assertThat(problems("l = b", schema))
        .singleElement()
        .asString()
        .contains("error[collation-mismatch]");
    assertThat(problems("concat(l, r)", schema)).hasSize(1);
    assertThat(problems("coalesce(l, r)", schema)).hasSize(1);
    assertThat(problems("coalesce(l, r collate utf8_binary)", schema)).isEmpty();
    assertThat(problems("'a' collate utf8_lcase = 'a' collate utf8_binary", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("ask for one of them");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "upper('a' collate utf8_lcase);string collate UTF8_LCASE",
        "'a' collate utf8_lcase || 'b';string collate UTF8_LCASE",
        "split('a,b' collate utf8_lcase, ',');array<string collate UTF8_LCASE>",
        "coalesce(NULL, 'a' collate utf8_lcase);string collate UTF8_LCASE",
        "length('a' collate utf8_lcase);int",
        "hex('a' collate utf8_lcase);string collate UTF8_LCASE",
        "conv('a' collate utf8_lcase, 16, 10);string collate UTF8_LCASE",
        "'a' collate utf8_binary;string",
        "cast('a' as string collate utf8_lcase);string collate UTF8_LCASE"
      })
  void whatHandsOnTextKeepsItsCollation(String sql, String type) {
    assertThat(type(sql)).isEqualTo(type);
  }

  @Test
  void replacesAndSplitsWhereverTheCollationFinds() {
    assertThat(show("replace('aBcabC' collate utf8_lcase, 'BC', 'x')")).isEqualTo("axax");
    assertThat(show("split_part('aXbxc' collate utf8_lcase, 'x', -1)")).isEqualTo("c");
    assertThat(show("substring_index('aXbxc' collate utf8_lcase, 'x', 2)")).isEqualTo("aXb");
    assertThat(show("translate('aBcb' collate utf8_lcase, 'Bc', 'x')")).isEqualTo("axx");
    assertThat(show("trim(both 'x' from 'XaXbx' collate utf8_lcase)")).isEqualTo("aXb");
    assertThat(show("rtrim('XY', 'axbyX' collate utf8_lcase)")).isEqualTo("axb");
    assertThat(show("split('aXbxc' collate utf8_lcase, 'x')")).isEqualTo("[a, b, c]");
  }

  @Test
  void groupsShowTheirFirstString() {
    assertThat(rows("SELECT c, sum(n)" + T + " GROUP BY c ORDER BY c"))
        .containsExactly("null,4", "A,7", "b,4");
    assertThat(rows("SELECT DISTINCT c" + T + " ORDER BY c DESC"))
        .containsExactly("b", "A", "null");
    assertThat(rows("SELECT count(DISTINCT c), min(c), max(c)" + T)).containsExactly("2,A,b");
    assertThat(rows("SELECT size(collect_set(c))" + T)).containsExactly("2");
    assertThat(rows("SELECT listagg(DISTINCT c), collation(listagg(c))" + T))
        .containsExactly("bA,SYSTEM.BUILTIN.UTF8_LCASE");
  }

  @Test
  void rowsOfValuesHaveOneCollation() {
    assertThat(SqlTesting.queryProblems("SELECT * FROM VALUES ('a'), ('b' COLLATE UTF8_LCASE)"))
        .hasSize(1);
    assertThat(rows("SELECT * FROM VALUES (NULL), ('b' COLLATE UTF8_LCASE)"))
        .containsExactly("null", "b");
  }

  @Test
  void joinsAndUnionsCompareByTheCollation() {
    assertThat(
            rows(
                "SELECT x.n, y.n FROM (SELECT *"
                    + T
                    + ") x JOIN (SELECT *"
                    + T
                    + ") y ON x.c = y.c WHERE x.n < y.n ORDER BY 1"))
        .containsExactly("1,3", "2,5");
    assertThat(rows("SELECT c" + T + " UNION SELECT c" + T + " ORDER BY 1"))
        .containsExactly("null", "A", "b");
  }

  @Test
  void refusesUnknownNamesAndWhatIsNoString() {
    assertThat(problems("'a' collate utf8_lcas", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("did you mean 'UTF8_LCASE'?");
    assertThat(problems("1 collate utf8_lcase", Schema.EMPTY)).hasSize(1);
    assertThat(problems("cast('a' as string collate nope)", Schema.EMPTY)).hasSize(1);
  }
}
