package dev.sluice.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PointerTest {
  private static final Pointer SOURCES = Pointer.ROOT.child("sources");

  @Test
  void escapesNamesAsTheValidatorDoes() {
    assertThat(SOURCES.child("a/b").child("c~d").child(3))
        .hasToString("/sources/a~1b/c~0d/3")
        .isEqualTo(new Pointer("/sources/a~1b/c~0d/3"));
  }

  @Test
  void givesTheLastNameAsItWas() {
    assertThat(SOURCES.child("a/b").last()).isEqualTo("a/b");
    assertThat(SOURCES.child("~1").last()).isEqualTo("~1");
    assertThat(Pointer.ROOT.last()).isEmpty();
  }

  @Test
  void goesUpByOneName() {
    assertThat(SOURCES.child("a/b").parent()).isEqualTo(SOURCES);
    assertThat(SOURCES.parent()).isEqualTo(Pointer.ROOT);
    assertThat(Pointer.ROOT.parent()).isEqualTo(Pointer.ROOT);
  }

  @Test
  void containsItselfAndItsPartsButNoNameThatOnlyBeginsLikeIt() {
    Pointer one = SOURCES.child("a");
    assertThat(one.contains(one)).isTrue();
    assertThat(one.contains(one.child("options").child("path"))).isTrue();
    assertThat(one.contains(SOURCES.child("ab"))).isFalse();
    assertThat(one.contains(SOURCES.child("a/b"))).isFalse();
    assertThat(one.contains(SOURCES)).isFalse();
    assertThat(Pointer.ROOT.contains(one)).isTrue();
  }
}
