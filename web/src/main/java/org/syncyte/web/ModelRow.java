package org.syncyte.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model as one row of a list.
///
/// @param groups how many batches the model knows; sites, where it was trained by a federation
/// @param federated whether the groups are sites
/// @param minified whether its cells are published without counts
/// @param proven whether its proof passed
/// @param image address of a small map of its cells, or null
public record ModelRow(
    String namespace,
    String name,
    @Nullable String summary,
    @Nullable String modelClass,
    @Nullable Long cells,
    @Nullable Long genes,
    @Nullable Long groups,
    boolean federated,
    @Nullable String licence,
    boolean minified,
    boolean proven,
    Instant updated,
    long downloads,
    List<String> tags,
    @Nullable String image) {
  public ModelRow {
    tags = List.copyOf(tags);
  }

  public String href() {
    return "/" + namespace + "/" + name;
  }

  public List<Fact> facts() {
    return List.of(
        Fact.count("cells", cells),
        Fact.count("genes", genes),
        Fact.count(federated ? "sites" : "batches", groups),
        Fact.count("downloads", downloads));
  }

  public @Nullable String licenceText() {
    return licence == null ? null : Figures.licence(licence);
  }

  public String day() {
    return Figures.day(updated);
  }

  public String iso() {
    return updated.toString();
  }
}
