package org.syncyte.web;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.TemplateLocator;
import io.quarkus.qute.ValueResolvers;
import io.quarkus.qute.Variant;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Renders the templates without a server, as strictly as the server does.
final class Renderer {
  private static final Variant HTML = Variant.forContentType("text/html");
  private final Engine engine =
      Engine.builder()
          .addDefaults()
          .addValueResolver(ValueResolvers.rawResolver())
          .addValueResolver(new ReflectionValueResolver())
          .addResultMapper(new HtmlEscaper(List.of("text/html")))
          .addLocator(id -> source(id))
          .strictRendering(true)
          .build();

  String render(String template, Object page) {
    var found = engine.getTemplate(template);
    if (found == null) {
      throw new IllegalArgumentException("no template '" + template + "'");
    }
    return found.data("page", page).render();
  }

  private static Optional<TemplateLocator.TemplateLocation> source(String id) {
    try (var in = Renderer.class.getResourceAsStream("/templates/" + id + ".html")) {
      if (in == null) {
        return Optional.empty();
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(
          new TemplateLocator.TemplateLocation() {
            @Override
            public Reader read() {
              return new StringReader(text);
            }

            @Override
            public Optional<Variant> getVariant() {
              return Optional.of(HTML);
            }
          });
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
