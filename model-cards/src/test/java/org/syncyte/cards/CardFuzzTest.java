package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Seeded mutations of cards and metadata: a reader returns or throws `IllegalArgumentException`,
/// soon, and with little memory.
final class CardFuzzTest {
  private static final String[] PIECES = {
    "---\n",
    "- ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a ",
    "!!map ",
    "| ",
    "> ",
    "\"",
    "'",
    "#",
    "%",
    "\t",
    "\n",
    "\r",
    "\0",
    "\uFEFF",
    "\uD800",
    "<<: ",
    "? ",
    "!x ",
    "<b>",
    "<a href=",
    "javascript:",
    "![x](",
    "```",
    "**",
    "|---|",
    "\\",
    "&#x6a;",
    "1e999",
    "\u2028"
  };
  private static final String CARD =
      """
      ---
      license: cc-by-4.0
      tags: [biology, "model_cls_name:SCVI", 'tissue:x']
      model-index:
      - name: a
        results: {n: 1.5, ok: true, none: null}
      base: &b {x: 1}
      again: *b
      ---

      # Title *with* **emphasis**

      | a | b |
      | --- | --- |
      | [x](https://x.example) | ![i](fig.png) |

      <details><summary>s</summary>t</details>
      """;

  /// What reading a card may allocate beside four times its text: a parser's tables, and the page.
  private static final long CONSTANT = 2 << 20;

  private static final String METADATA =
      HubMetadata.of("SCVI", "1.3.3", "0.11.4", "https://x").json();

  @Test
  void cardsEndInACardOrTheDeclaredException() {
    fuzz(
        "card",
        CARD,
        6_000,
        CONSTANT,
        text -> assertThat(ModelCard.parse(text).text()).isNotNull());
  }

  @Test
  void pagesNeverHoldAnythingActive() {
    fuzz(
        "card page",
        CARD,
        2_000,
        CONSTANT,
        text -> {
          var html = CardPage.html(ModelCard.parse(text)).toLowerCase(java.util.Locale.ROOT);
          assertThat(html)
              .doesNotContain("<script")
              .doesNotContainPattern("(href|src)=\"javascript");
        });
  }

  @Test
  void metadataEndsInMetadataOrTheDeclaredException() {
    fuzz("metadata", METADATA, 6_000, CONSTANT, HubMetadata::parse);
  }

  private static void fuzz(
      String name, String original, int usual, long constant, Consumer<String> reader) {
    Fuzz.texts(name, constant, IllegalArgumentException.class)
        .run(usual, round -> mutated(original, new Random(31L * round + name.hashCode())), reader);
  }

  private static String mutated(String original, Random random) {
    var text = new StringBuilder(original);
    for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 1 ->
            text.insert(at, PIECES[random.nextInt(PIECES.length)].repeat(random.nextInt(200)));
        case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
        default -> text.insert(at, (char) random.nextInt(0x300));
      }
    }
    return text.toString();
  }
}
