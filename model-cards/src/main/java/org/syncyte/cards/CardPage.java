package org.syncyte.cards;

import java.util.List;
import java.util.Locale;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.owasp.html.AttributePolicy;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/// A model card as safe HTML.
///
/// Markdown with tables is rendered, HTML inside it included (stock cards fold their tables with
/// `details`), and the result goes through an allow-list: no script, no event handler, no style, no
/// form, no frame; links to http, https, mailto or relative places; images from https or relative
/// places only. Links carry `rel="nofollow noopener noreferrer"`.
public final class CardPage {
  private static final List<TablesExtension> TABLES =
      List.of((TablesExtension) TablesExtension.create());
  private static final Parser MARKDOWN =
      Parser.builder().extensions(TABLES).maxOpenBlockParsers(64).build();
  private static final HtmlRenderer HTML = HtmlRenderer.builder().extensions(TABLES).build();

  private CardPage() {}

  /// The body of the card; relative places stay relative.
  public static String html(ModelCard card) {
    return html(card, "");
  }

  /// The body of the card, its relative links and images put below `base`, such as
  /// `/lab/model/resolve/main/`.
  ///
  /// @throws IllegalArgumentException if the card is nested too deep to be shown
  public static String html(ModelCard card, String base) {
    try {
      return policy(base).sanitize(HTML.render(MARKDOWN.parse(card.body())));
    } catch (StackOverflowError e) {
      // The Markdown library recurses over nested emphasis and has no limit of its own.
      throw new IllegalArgumentException("the card is nested too deep to be shown", e);
    }
  }

  private static PolicyFactory policy(String base) {
    return new HtmlPolicyBuilder()
        .allowElements(
            "p",
            "br",
            "hr",
            "em",
            "strong",
            "b",
            "i",
            "s",
            "del",
            "sub",
            "sup",
            "code",
            "pre",
            "kbd",
            "blockquote",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "a",
            "img",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "div",
            "span",
            "center")
        .allowElements((heading, _) -> lowered(heading), "h1", "h2", "h3", "h4", "h5", "h6")
        .allowWithoutAttributes("span", "div")
        .allowUrlProtocols("https", "http", "mailto")
        .allowAttributes("href")
        .matching(place(base, true))
        .onElements("a")
        .allowAttributes("src")
        .matching(place(base, false))
        .onElements("img")
        .allowAttributes("alt", "title")
        .onElements("img", "a")
        .allowAttributes("width", "height")
        .matching(java.util.regex.Pattern.compile("[0-9]{1,4}%?"))
        .onElements("img")
        .allowAttributes("align")
        .matching(true, "left", "right", "center")
        .onElements("th", "td", "p", "img", "div")
        .allowAttributes("open")
        .onElements("details")
        .allowAttributes("class")
        .matching(java.util.regex.Pattern.compile("language-[a-z0-9+-]{1,20}"))
        .onElements("code")
        .requireRelsOnLinks("nofollow", "noopener", "noreferrer")
        .toFactory();
  }

  /// The page that shows a card has a first heading of its own, the model's name.
  private static String lowered(String heading) {
    return "h" + Math.min(6, heading.charAt(1) - '0' + 1);
  }

  private static AttributePolicy place(String base, boolean link) {
    return (_, _, value) -> {
      var place = value.strip();
      var lower = place.toLowerCase(Locale.ROOT);
      if (lower.startsWith("https://")
          || link && (lower.startsWith("http://") || lower.startsWith("mailto:"))
          || link && lower.startsWith("#")) {
        return place;
      }
      // A colon before the first slash is a scheme; two slashes name another host.
      int colon = place.indexOf(':');
      int slash = place.indexOf('/');
      boolean scheme = colon >= 0 && (slash < 0 || colon < slash);
      if (scheme || place.startsWith("//") || place.indexOf('\\') >= 0 || place.isEmpty()) {
        return null;
      }
      return place.startsWith("/")
          ? place
          : base + (place.startsWith("./") ? place.substring(2) : place);
    };
  }
}
