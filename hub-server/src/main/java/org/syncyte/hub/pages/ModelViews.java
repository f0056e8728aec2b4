package org.syncyte.hub.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.trust.CheckReport;
import org.syncyte.web.CardView;
import org.syncyte.web.Fact;
import org.syncyte.web.Figures;
import org.syncyte.web.GenesView;
import org.syncyte.web.LatentMap;
import org.syncyte.web.Link;
import org.syncyte.web.MapView;
import org.syncyte.web.ModelHead;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Paging;
import org.syncyte.web.Snippet;
import org.syncyte.web.TrainingView;
import org.syncyte.web.UseView;

/// Fills the page records of a model.
final class ModelViews {
  private static final int GENES_PER_PAGE = 600;

  private ModelViews() {}

  static CardView card(ModelScene scene, CheckReport report) {
    var head = scene.head(ModelTab.CARD);
    var readme = scene.known().get("README.md");
    var base = head.base() + "/blob/" + ModelHead.encode(scene.name()) + "/";
    boolean generated = readme == null;
    var html =
        generated
            ? scene.files().generated(scene.known().get("model.pt"))
            : scene.files().card(readme, base);
    return new CardView(
        head,
        html.orElse(null),
        properties(scene),
        Snippet.all(head.hub().endpoint(), head.id()).subList(0, 1),
        scene.proof().orElse(null),
        scene.image(),
        TrustViews.badge(head, report),
        TrustViews.natively(head, report),
        generated && html.isPresent());
  }

  private static List<Fact> properties(ModelScene scene) {
    var facts = new ArrayList<Fact>();
    add(facts, "model", scene.modelClass());
    scene
        .facts()
        .ifPresent(model -> {
          var parameters = model.parameters();
          add(facts, "latent dimensions", parameters.get("n_latent"));
          var layers = parameters.get("n_layers");
          var hidden = parameters.get("n_hidden");
          if (layers != null && hidden != null) {
            add(facts, "hidden layers", layers + " × " + hidden);
          }
          add(facts, "likelihood", parameters.get("gene_likelihood"));
          add(facts, "dispersion", parameters.get("dispersion"));
        });
    scene
        .training()
        .ifPresent(training ->
            facts.add(Fact.count(training.step() + "s", (long) training.steps().size())));
    var version = scene.repo().tag("scvi_version");
    add(
        facts,
        "scvi-tools",
        version != null ? version : scene.facts().map(ModelFacts::scviVersion).orElse(null));
    add(facts, "anndata", scene.repo().tag("anndata_version"));
    facts.add(Fact.of("size", Figures.bytes(scene.repo().usedStorage())));
    return facts;
  }

  private static void add(List<Fact> facts, String label, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      facts.add(Fact.of(label, value));
    }
  }

  static MapView map(ModelScene scene, String by) {
    var map =
        scene
            .map()
            .orElseThrow(
                () -> new HubException(ErrorCode.NOT_FOUND, "This model has no map of its cells."));
    var head = scene.head(ModelTab.MAP);
    var chosen = map.columns().contains(by) ? by : ModelRows.colouring(map).orElseThrow();
    var colourings = new ArrayList<MapView.Colouring>();
    map.columns()
        .forEach(key -> {
          var legend = key.equals(chosen) ? legend(map, key) : List.<MapView.Entry>of();
          var href =
              head.base()
                  + "/map?by="
                  + ModelHead.encode(key)
                  + (head.main() ? "" : "&revision=" + ModelHead.encode(head.revision()));
          colourings.add(new MapView.Colouring(key, href, key.equals(chosen), legend));
        });
    return new MapView(
        head,
        ModelRows.points(scene.repo(), scene.revision().commit()),
        ModelRows.points(scene.repo(), scene.revision().commit()) + "&by=",
        ModelRows.image(scene.repo(), scene.revision().commit(), chosen, false),
        map.cells(),
        map.of(),
        colourings);
  }

  private static List<MapView.Entry> legend(LatentMap map, String column) {
    var coding = map.coding(column);
    var counts = coding.counts();
    return IntStream.range(0, counts.length)
        .mapToObj(
            i -> MapView.Entry.of(coding.categories().get(i), counts[i], i, map.measured(column)))
        .toList();
  }

  static TrainingView training(ModelScene scene, String metric) {
    var head = scene.head(ModelTab.TRAINING);
    var proof = scene.proof().orElse(null);
    var found = scene.training();
    if (found.isEmpty()) {
      return new TrainingView(
          head, null, "round", "loss", List.of(), List.of(), List.of(), List.of(), proof);
    }
    var training = found.get();
    var metrics = training.metrics();
    var chosen =
        metrics.contains(metric) ? metric : metrics.isEmpty() ? "loss" : metrics.getFirst();
    var links = new ArrayList<Link>();
    for (var name : metrics) {
      var href =
          head.base()
              + "/training?metric="
              + ModelHead.encode(name)
              + (head.main() ? "" : "&revision=" + ModelHead.encode(head.revision()));
      links.add(new Link(TrainingView.label(name), href, name.equals(chosen)));
    }
    var columns = new ArrayList<String>();
    for (var step : training.steps()) {
      step.values()
          .forEach((column, values) -> {
            if (values.containsKey(chosen) && !columns.contains(column)) {
              columns.add(column);
            }
          });
    }
    var rows = new ArrayList<TrainingView.Row>();
    for (var step : training.steps()) {
      var values = new ArrayList<TrainingView.Value>();
      for (var column : columns) {
        var numbers = step.values().get(column);
        values.add(TrainingView.Value.of(numbers == null ? null : numbers.get(chosen)));
      }
      rows.add(new TrainingView.Row(step.number(), values));
    }
    var sites =
        training.sites().stream()
            .map(site -> new TrainingView.Site(site, training.steps(site)))
            .toList();
    return new TrainingView(
        head, training.run(), training.step(), chosen, links, columns, rows, sites, proof);
  }

  static GenesView genes(ModelScene scene, String query, int page) {
    var head = scene.head(ModelTab.GENES);
    var facts =
        scene
            .facts()
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND, "This model has no file that names its genes."));
    var names = facts.varNames();
    var wanted = query.toLowerCase(Locale.ROOT);
    var matches = new ArrayList<GenesView.Gene>();
    for (var i = 0; i < names.size(); i++) {
      if (wanted.isEmpty() || names.get(i).toLowerCase(Locale.ROOT).contains(wanted)) {
        matches.add(new GenesView.Gene(i, names.get(i)));
      }
    }
    int pages = Math.max(1, (matches.size() + GENES_PER_PAGE - 1) / GENES_PER_PAGE);
    int current = Math.min(page, pages);
    int from = (current - 1) * GENES_PER_PAGE;
    var shown = matches.subList(from, Math.min(from + GENES_PER_PAGE, matches.size()));
    var address =
        head.genesHref()
            + "?"
            + (query.isEmpty() ? "" : "q=" + ModelHead.encode(query) + "&")
            + (head.main() ? "" : "revision=" + ModelHead.encode(head.revision()) + "&")
            + "page=";
    return new GenesView(
        head,
        query,
        names.size(),
        shown,
        new Paging(
            shown.isEmpty() ? 0 : from + 1,
            from + shown.size(),
            matches.size(),
            current > 1 ? address + (current - 1) : null,
            current < pages ? address + (current + 1) : null),
        facts.categories());
  }

  static UseView use(ModelScene scene) {
    var head = scene.head(ModelTab.USE);
    return new UseView(head, Snippet.all(head.hub().endpoint(), head.id()));
  }
}
