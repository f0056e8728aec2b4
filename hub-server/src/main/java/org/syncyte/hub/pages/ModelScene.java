package org.syncyte.hub.pages;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Revision;
import org.syncyte.web.Fact;
import org.syncyte.web.Figures;
import org.syncyte.web.Hub;
import org.syncyte.web.LatentMap;
import org.syncyte.web.Link;
import org.syncyte.web.ModelHead;
import org.syncyte.web.ModelTab;
import org.syncyte.web.ProofView;

/// A model at one revision, with everything its pages may need; files are read when asked for.
///
/// @param name the revision as the address names it
/// @param known the files that pages look into; of a gated model only the card, unless `open`
/// @param open whether the reader may have the files
/// @param mine whether the reader may change the model
record ModelScene(
    Hub hub,
    Revision revision,
    String name,
    Map<String, EntryView> known,
    ModelFiles files,
    boolean open,
    boolean mine) {
  private static final Set<String> STOCK =
      Set.of("biology", "genomics", "single-cell", "scvi-tools");
  private static final Set<String> SAID =
      Set.of(
          "model_cls_name",
          "scvi_version",
          "anndata_version",
          "license",
          "genes",
          "cells",
          "size",
          "minified",
          "status");

  RepoView repo() {
    return revision.repo();
  }

  Optional<ModelFacts> facts() {
    return files.facts(known.get("model.pt"));
  }

  Optional<TrainingFile> training() {
    return files.training(known.get(TrainingFile.NAME));
  }

  Optional<ProofView> proof() {
    return files.proof(known);
  }

  Optional<LatentMap> map() {
    return files
        .map(known.get(LatentMapFile.NAME))
        .filter(map -> ModelRows.colouring(map).isPresent());
  }

  List<String> sites() {
    return training().map(TrainingFile::sites).orElse(List.of());
  }

  /// Address of the map's picture, or null if there is no map.
  @Nullable String image() {
    return map()
        .flatMap(ModelRows::colouring)
        .map(by -> ModelRows.image(repo(), revision.commit(), by, false))
        .orElse(null);
  }

  ModelHead head(ModelTab tab) {
    var repo = repo();
    return new ModelHead(
        hub,
        repo.id().namespace(),
        repo.id().name(),
        name,
        revision.commit(),
        modelClass(),
        Words.summary(repo, files.opening(known.get("README.md"))),
        tags(),
        strip(),
        notices(),
        tabs(),
        tab);
  }

  @Nullable String modelClass() {
    var tag = repo().tag("model_cls_name");
    return tag != null ? tag : facts().map(ModelFacts::modelClass).orElse(null);
  }

  /// Tags that say something of this model and are not said elsewhere on the page.
  private List<Link> tags() {
    return repo().tags().stream()
        .filter(tag ->
            !STOCK.contains(tag) && SAID.stream().noneMatch(facet -> tag.startsWith(facet + ":")))
        .limit(20)
        .map(tag -> new Link(tag, "/?filter=" + ModelHead.encode(tag), false))
        .toList();
  }

  private List<Fact> strip() {
    var facts = facts();
    var sites = sites();
    var strip = new ArrayList<Fact>();
    addCount(strip, "cells", facts.map(ModelFacts::cells).orElse(null));
    addCount(strip, "genes", facts.map(ModelFacts::genes).orElse(null));
    if (sites.isEmpty()) {
      addCount(strip, "batches", facts.map(ModelFacts::batches).orElse(null));
    } else {
      addCount(strip, "sites", (long) sites.size());
    }
    facts
        .map(ModelFacts::labels)
        .filter(labels -> labels > 1)
        .ifPresent(labels -> addCount(strip, "labels", labels));
    var licence = Words.licence(repo());
    strip.add(Fact.of("licence", licence == null ? "none named" : Figures.licence(licence)));
    strip.add(Fact.of("cells published", published()));
    strip.add(Fact.of("updated", Figures.day(repo().updatedAt())));
    strip.add(Fact.count("downloads", repo().downloads()));
    return strip;
  }

  private String published() {
    if (!open) {
      return "gated";
    }
    if (!known.containsKey("adata.h5ad")) {
      return "none";
    }
    return facts().map(ModelFacts::minified).orElse(false) ? "minified" : "as data";
  }

  private static void addCount(List<Fact> facts, String label, @Nullable Long count) {
    if (count != null) {
      facts.add(Fact.count(label, count));
    }
  }

  private List<String> notices() {
    var notices = new ArrayList<String>();
    if (!repo().complete()) {
      notices.add(
          "No model file is here yet. If a push should have brought one, it broke off or sent the"
              + " card alone; push again.");
    } else if (known.containsKey("model.pt") && facts().isEmpty()) {
      notices.add(
          "The hub could not read model.pt, so this page shows less than it could. Load it with"
              + " care.");
    }
    if (!open) {
      notices.add(
          "Gated: its files are for those who were let in. The part “Access” says how to ask.");
    }
    if (repo().hidden()) {
      notices.add("Private: only members of " + repo().id().namespace() + " see this page.");
    }
    return notices;
  }

  private EnumSet<ModelTab> tabs() {
    var tabs =
        EnumSet.of(ModelTab.CARD, ModelTab.TRUST, ModelTab.FILES, ModelTab.HISTORY, ModelTab.USE);
    if (!repo().discussionsDisabled()) {
      tabs.add(ModelTab.DISCUSSIONS);
    }
    if (!repo().gated().isEmpty()) {
      tabs.add(ModelTab.ACCESS);
    }
    if (mine) {
      tabs.add(ModelTab.UPLOAD);
      tabs.add(ModelTab.SETTINGS);
    }
    if (map().isPresent()) {
      tabs.add(ModelTab.MAP);
    }
    if (training().isPresent() || proof().isPresent()) {
      tabs.add(ModelTab.TRAINING);
    }
    if (known.containsKey(Evaluation.FILE) || known.containsKey(Importance.FILE)) {
      tabs.add(ModelTab.EVALUATION);
    }
    if (facts().isPresent()) {
      tabs.add(ModelTab.GENES);
    }
    return tabs;
  }
}
