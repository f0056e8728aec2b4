package org.syncyte.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CardPageTest {
  @Test
  void showsTablesFoldsAndCode() {
    var html =
        html(
            """
            # Title

            | a | b |
            | --- | --- |
            | 1 | **2** |

            <details>
            <summary><strong>More</strong></summary>

            ```json
            {"x": 1}
            ```

            </details>
            """);
    assertThat(html)
        .contains("<h2>Title</h2>")
        .contains("<td>1</td>")
        .contains("<strong>2</strong>")
        .contains("<details>")
        .contains("<summary><strong>More</strong></summary>")
        .contains("<code class=\"language-json\">");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x]( data:text/html;base64,PHNjcmlwdD4= )",
        "[x](vbscript:msgbox)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "<a href=\"javascript&colon;alert(1)\">x</a>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<svg onload=alert(1)>",
        "<form action='https://evil.example'><input name=p></form>",
        "<style>body{display:none}</style>",
        "<p style='position:fixed'>x</p>",
        "<object data=x></object><embed src=x>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href='https://evil.example'>",
        "<math><mi xlink:href='javascript:alert(1)'>",
        "<details ontoggle=alert(1) open>x</details>",
        "<!--><script>alert(1)</script>-->",
        "<a href=\"https://ok.example\" onclick=\"alert(1)\">x</a>"
      })
  void letsNothingActiveThrough(String markdown) {
    assertThat(html(markdown).toLowerCase(Locale.ROOT))
        .doesNotContain("<script", "javascript", "vbscript", "data:", "<iframe", "<svg", "<form")
        .doesNotContain("<style", "style=", "<object", "<embed", "<meta", "<base", "<math")
        .doesNotContainPattern("<[^>]*\\son[a-z]+\\s*=");
  }

  @Test
  void allowsImagesFromHttpsAndRelativePlacesOnly() {
    assertThat(html("![a](https://x.example/a.png)")).contains("src=\"https://x.example/a.png\"");
    assertThat(html("![a](fig/a.png)")).contains("src=\"fig/a.png\"");
    assertThat(html("![a](http://x.example/a.png)")).doesNotContain("src=");
    assertThat(html("![a](//x.example/a.png)")).doesNotContain("src=");
    assertThat(html("![a](/\\x.example/a.png)")).doesNotContain("src=\"/\\");
  }

  @Test
  void putsRelativePlacesBelowTheBase() {
    var card = new ModelCard(Map.of(), "![a](./fig/a.png) [b](notes.md) [c](#top) [d](/about)");
    assertThat(CardPage.html(card, "/lab/m/resolve/main/"))
        .contains("src=\"/lab/m/resolve/main/fig/a.png\"")
        .contains("href=\"/lab/m/resolve/main/notes.md\"")
        .contains("href=\"#top\"")
        .contains("href=\"/about\"");
  }

  @Test
  void marksForeignLinks() {
    assertThat(html("[x](https://x.example)"))
        .contains("rel=\"")
        .contains("nofollow")
        .contains("noopener");
  }

  @Test
  void survivesDeepNesting() {
    assertThat(html(">".repeat(50_000) + " x")).contains("x");
    assertThat(html("[".repeat(20_000))).isNotEmpty();
    assertThat(html("<div>".repeat(20_000))).isNotNull();
    try {
      html("*a **b ".repeat(20_000) + "** *".repeat(20_000));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("nested");
    }
    assertThatThrownBy(() -> ModelCard.parse("x".repeat(2_000_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String html(String markdown) {
    return CardPage.html(new ModelCard(Map.of(), markdown));
  }
}
