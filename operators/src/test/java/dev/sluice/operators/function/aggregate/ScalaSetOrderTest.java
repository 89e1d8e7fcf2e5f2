package dev.sluice.operators.function.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScalaSetOrderTest {
  @Test
  void smallNumbersAreListedByTheirBucket() {
    assertThat(ScalaSetOrder.order(new int[] {9, 2, 17, 1})).containsExactly(3, 2, 1, 0);
  }

  @Test
  void equalHashesStayInTheOrderTheyCame() {
    assertThat(ScalaSetOrder.order(new int[] {5, 21, 5, 5})).containsExactly(0, 2, 3, 1);
  }

  @Test
  void negativeHashesComeFirstInTheirBucket() {
    assertThat(ScalaSetOrder.order(new int[] {15, -1})).containsExactly(1, 0);
  }

  @Test
  void bucketsDoubleBeforeThreeQuartersAreFull() {
    int[] eleven = IntStream.range(0, 11).map(i -> i == 10 ? 16 : i + 1).toArray();
    assertThat(ScalaSetOrder.order(eleven)).startsWith(10);
    int[] twelve = Arrays.copyOf(eleven, 12);
    twelve[11] = 11;
    assertThat(ScalaSetOrder.order(twelve)).endsWith(11, 10);
  }
}
