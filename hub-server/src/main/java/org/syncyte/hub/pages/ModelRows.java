package org.syncyte.hub.pages;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.web.LatentMap;
import org.syncyte.web.MapPoints;
import org.syncyte.web.ModelRow;
import org.syncyte.web.ProofView;

/// Repositories as rows of a list. What comes from files is remembered by commit.
@ApplicationScoped
class ModelRows {
  private final Revisions revisions;
  private final ModelFiles files;
  private final Cache<String, Glance> glances = Caffeine.newBuilder().maximumSize(5_000).build();

  ModelRows(Revisions revisions, ModelFiles files) {
    this.revisions = revisions;
    this.files = files;
  }

  /// What a list shows of a model's files.
  private record Glance(
      @Nullable Long cells,
      @Nullable Long genes,
      @Nullable Long groups,
      boolean federated,
      boolean minified,
      boolean proven,
      Optional<String> opening,
      @Nullable String colouring) {}

  List<ModelRow> rows(List<RepoView> repos) {
    return repos.stream().map(this::row).toList();
  }

  private ModelRow row(RepoView repo) {
    var glance = glances.get(repo.key() + " " + repo.head(), _ -> glance(repo));
    return new ModelRow(
        repo.id().namespace(),
        repo.id().name(),
        Words.summary(repo, glance.opening()),
        repo.tag("model_cls_name"),
        glance.cells(),
        glance.genes(),
        glance.groups(),
        glance.federated(),
        Words.licence(repo),
        glance.minified(),
        glance.proven(),
        repo.updatedAt(),
        repo.downloads(),
        repo.tags(),
        glance.colouring() == null || !repo.gated().isEmpty()
            ? null
            : image(repo, repo.head(), glance.colouring(), true));
  }

  /// Address of a picture of the map at a commit.
  static String image(RepoView repo, String commit, String by, boolean small) {
    return "/%s/map.svg?at=%s&by=%s%s"
        .formatted(repo.id(), commit, org.syncyte.web.ModelHead.encode(by), small ? "&small" : "");
  }

  /// Address of the map's cells at a commit.
  static String points(RepoView repo, String commit) {
    return "/%s/map.bin?v=%d&at=%s".formatted(repo.id(), MapPoints.VERSION, commit);
  }

  private Glance glance(RepoView repo) {
    var known = files.known(revisions.resolve(repo, repo.head()));
    var facts = files.facts(known.get("model.pt"));
    var sites =
        files.training(known.get(TrainingFile.NAME)).map(TrainingFile::sites).orElse(List.of());
    return new Glance(
        facts.map(ModelFacts::cells).orElse(null),
        facts.map(ModelFacts::genes).orElse(null),
        sites.isEmpty() ? facts.map(ModelFacts::batches).orElse(null) : Long.valueOf(sites.size()),
        !sites.isEmpty(),
        facts.map(ModelFacts::minified).orElse(false),
        files.proof(known).map(ProofView::passed).orElse(false),
        files.opening(known.get("README.md")),
        files.map(known.get(LatentMapFile.NAME)).flatMap(ModelRows::colouring).orElse(null));
  }

  /// The column that tells most: cell types, else the first one that people named.
  static Optional<String> colouring(LatentMap map) {
    if (map.cells() == 0) {
      return Optional.empty();
    }
    var columns = map.columns();
    return columns.contains("cell_type") ? Optional.of("cell_type") : columns.stream().findFirst();
  }
}
