package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelCardTest {
  private static final String TEXT =
      """
      ---
      license: cc-by-4.0
      library_name: scvi-tools
      tags:
      - biology
      - model_cls_name:SCVI
      - tissue:blood
      - tissue:bone marrow
      ---

      # Title
      """;

  @Test
  void readsFrontMatterAndBody() {
    var card = ModelCard.parse(TEXT);
    assertThat(card.licence()).contains("cc-by-4.0");
    assertThat(card.libraryName()).contains("scvi-tools");
    assertThat(card.tagged("model_cls_name")).containsExactly("SCVI");
    assertThat(card.tagged("tissue")).containsExactly("blood", "bone marrow");
    assertThat(card.body()).isEqualTo("\n# Title\n");
    assertThat(card.text()).isEqualTo(TEXT);
  }

  @Test
  void readsCardsWithoutFrontMatterAndWithForeignLineEnds() {
    assertThat(ModelCard.parse("# Only text\n").frontMatter()).isEmpty();
    assertThat(ModelCard.parse("").body()).isEmpty();
    assertThat(ModelCard.parse("---\n---\nx").body()).isEqualTo("x");
    assertThat(ModelCard.parse(TEXT.replace("\n", "\r\n"))).isEqualTo(ModelCard.parse(TEXT));
    assertThat(ModelCard.parse("---\nlicense: mit\n---").licence()).contains("mit");
  }

  @Test
  void quotesWhatOtherReadersWouldMisunderstand() {
    var matter = new LinkedHashMap<String, @Nullable Object>();
    matter.put("license", "no");
    matter.put(
        "tags", List.of("yes", "1e3", "2024-01-01", "12:30", "a: b", "# x", "two\nlines", ""));
    matter.put("count", 3L);
    var card = new ModelCard(matter, "x");
    assertThat(card.text())
        .contains("license: \"no\"")
        .contains("\"2024-01-01\"")
        .contains("\"12:30\"");
    var read = ModelCard.parse(card.text());
    assertThat(read.tags()).isEqualTo(matter.get("tags"));
    assertThat(read.licence()).contains("no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---\nlicense: mit\n",
        "---\na: [1\n---\n",
        "---\n- a\n---\n",
        "---\na: 1\na: 2\n---\n",
        "---\na: !!javax.script.ScriptEngineManager []\n---\n",
        "---\na: &x [*x]\n---\n",
        "---\n\tb: 1\n---\n"
      })
  void refusesFrontMatterThatIsNotAMapping(String text) {
    assertThatThrownBy(() -> ModelCard.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("front matter");
  }

  @Test
  void refusesYamlBombs() {
    var lol = new StringBuilder("---\na0: &a0 [x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      lol.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    assertThatThrownBy(() -> ModelCard.parse(lol + "---\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("aliases");
    for (var deep :
        List.of("a: " + "[".repeat(30_000), "a: " + "{b: ".repeat(10_000), "- ".repeat(30_000))) {
      assertThatThrownBy(() -> ModelCard.parse("---\n" + deep + "\n---\n"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("front matter");
    }
    assertThatThrownBy(() -> ModelCard.parse("---\na: " + "x".repeat(70_000) + "\n---\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("characters");
  }
}
