package org.syncyte.cards;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model card: front matter in YAML between two lines of `---`, then Markdown.
///
/// This is the `README.md` of a model as Hugging Face clients and scvi-hub read it. Tags carry
/// facts as `key:value`, such as `model_cls_name:SCVI` or `tissue:blood`.
///
/// @param frontMatter plain values by key, in file order; empty when the card has none
/// @param body the Markdown
public record ModelCard(Map<String, @Nullable Object> frontMatter, String body) {
  private static final int MAX_CHARACTERS = 1 << 20;

  public ModelCard(Map<String, @Nullable Object> frontMatter, String body) {
    this.frontMatter = Collections.unmodifiableMap(new LinkedHashMap<>(frontMatter));
    this.body = body;
  }

  /// @throws IllegalArgumentException if the front matter is not acceptable YAML
  public static ModelCard parse(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "the card has %d characters; at most %d are read"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    var normal = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
    int start = 0;
    while (start < normal.length() && Character.isWhitespace(normal.charAt(start))) {
      start++;
    }
    if (!normal.startsWith("---\n", start)) {
      return new ModelCard(Map.of(), normal);
    }
    int from = start + 4;
    int end = normal.startsWith("---\n", from) ? from : normal.indexOf("\n---\n", from);
    int bodyStart = end == from ? from + 4 : end + 5;
    if (end < 0 && normal.endsWith("\n---")) {
      end = normal.length() - 4;
      bodyStart = normal.length();
    }
    if (end < 0) {
      throw new IllegalArgumentException(
          "the card opens its front matter with '---' and never closes it; add a line '---'");
    }
    return new ModelCard(
        FrontMatter.parse(normal.substring(from, end)), normal.substring(bodyStart));
  }

  /// The card as a file.
  public String text() {
    return frontMatter.isEmpty() ? body : "---\n" + FrontMatter.text(frontMatter) + "---\n" + body;
  }

  public Optional<String> licence() {
    return frontMatter.get("license") instanceof String licence
        ? Optional.of(licence)
        : Optional.empty();
  }

  public Optional<String> libraryName() {
    return frontMatter.get("library_name") instanceof String name
        ? Optional.of(name)
        : Optional.empty();
  }

  /// The tags, in order; anything that is not text is left out.
  public List<String> tags() {
    return switch (frontMatter.get("tags")) {
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case String one -> List.of(one);
      case null, default -> List.of();
    };
  }

  /// The values of all tags `key:value`.
  public List<String> tagged(String key) {
    var prefix = key + ":";
    return tags().stream()
        .filter(tag -> tag.startsWith(prefix))
        .map(tag -> tag.substring(prefix.length()).strip())
        .toList();
  }
}
