package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.hub.repo.Labels;
import org.syncyte.hub.search.GeneKey;
import org.syncyte.hub.search.GeneStore;

/// What the files of a model say about it, as tags that searches find it by: the size, the number
/// of genes, whether its cells are minified or annotated, whether it passed its checks. Authors
/// cannot set these; the hub finds them out.
@ApplicationScoped
class Facts {
  private final Labels labels;
  private final GeneStore genes;

  Facts(Labels labels, GeneStore genes) {
    this.labels = labels;
    this.genes = genes;
  }

  void keep(Subject subject, Verdict verdict) throws IOException {
    var revision = subject.revision();
    if (!revision.repo().head().equals(revision.commit())) {
      return;
    }
    var tags = new ArrayList<String>();
    var model = subject.model();
    if (model != null) {
      var facts = RegistryFacts.of(model);
      Map<String, Long> sizes = new LinkedHashMap<>(facts.statistics());
      tags.add("genes:" + model.varNames().size());
      var cells = sizes.get("n_cells");
      if (cells != null) {
        tags.add("cells:" + cells);
        tags.add("size:" + size(cells));
      }
      tags.add("minified:" + minified(subject, facts));
      var annotated = sizes.get("n_labels");
      tags.add("annotated:" + (annotated != null && annotated > 1 ? "True" : "False"));
      if (verdict.compareTo(Verdict.NOTE) <= 0) {
        tags.add("status:validated");
      }
    }
    if (labels.replace(revision, Set.of("status"), tags) && model != null) {
      genes.put(revision, GeneKey.of(model.varNames()));
    }
  }

  private static String minified(Subject subject, RegistryFacts facts) throws IOException {
    var data = facts.minified() ? subject.data() : null;
    if (data != null && data.uns().get("_scvi_adata_minify_type") instanceof String kind) {
      return kind;
    }
    return facts.minified() ? "True" : "False";
  }

  static String size(long cells) {
    return cells < 10_000
        ? "up to 10k cells"
        : cells < 100_000
            ? "10k to 100k cells"
            : cells < 1_000_000 ? "100k to 1M cells" : "over 1M cells";
  }
}
