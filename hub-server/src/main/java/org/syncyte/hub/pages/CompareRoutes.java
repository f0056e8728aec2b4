package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.diff.ModelDiff;
import org.syncyte.cards.diff.TextDiff;
import org.syncyte.hub.diff.Comparison;
import org.syncyte.hub.diff.RevisionDiff;
import org.syncyte.hub.repo.Refs;
import org.syncyte.web.CompareView;
import org.syncyte.web.Figures;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Pages;

/// What changed between two revisions, as a page.
@Path("/{namespace}/{name}/compare")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class CompareRoutes {
  private static final int MAX_REVISIONS = 50;
  private final Scenes scenes;
  private final Comparison comparison;
  private final Refs refs;
  private final Browser browser;

  CompareRoutes(Scenes scenes, Comparison comparison, Refs refs, Browser browser) {
    this.scenes = scenes;
    this.comparison = comparison;
    this.refs = refs;
    this.browser = browser;
  }

  /// What the form asks for.
  @GET
  public Response choose(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("from") @DefaultValue("main") String from,
      @QueryParam("to") @DefaultValue("main") String to) {
    return compare(namespace, name, from.strip() + ".." + to.strip());
  }

  @GET
  @Path("{pair}")
  public Response compare(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("pair") String pair) {
    return browser.show(() -> {
      var scene = scenes.inside(namespace, name, null);
      return Pages.compare(view(scene, pair, comparison.of(scene.repo(), pair)));
    });
  }

  private CompareView view(ModelScene scene, String pair, RevisionDiff diff) {
    int dots = pair.indexOf("..");
    var model = diff.model();
    var categories = new ArrayList<CompareView.Members>();
    if (model != null) {
      model.categories().forEach((column, members) -> categories.add(members(column, members)));
    }
    return new CompareView(
        scene.head(ModelTab.HISTORY),
        pair.substring(0, dots),
        pair.substring(dots + 2),
        refs.list(scene.repo()).stream().limit(MAX_REVISIONS).map(Refs.RefView::name).toList(),
        diff.files().stream()
            .map(file ->
                new CompareView.Row(
                    file.path(), bytes(file.before()), bytes(file.after()), word(file.kind())))
            .toList(),
        diff.note(),
        model == null ? null : members("genes", model.genes()),
        model != null && model.order(),
        categories,
        model == null
            ? List.of()
            : model.settings().stream()
                .map(change ->
                    new CompareView.Row(
                        change.name(), dash(change.before()), dash(change.after()), ""))
                .toList(),
        model == null ? List.of() : model.tensors().stream().map(CompareRoutes::tensor).toList(),
        model == null ? 0 : model.equalTensors(),
        diff.metrics().stream()
            .map(metric ->
                new CompareView.Row(
                    metric.name().replace('_', ' '),
                    number(metric.before()),
                    number(metric.after()),
                    ""))
            .toList(),
        diff.card().stream().map(hunk -> hunk.stream().map(CompareRoutes::line).toList()).toList());
  }

  private static CompareView.Members members(String name, ModelDiff.Members members) {
    return new CompareView.Members(name, members.added(), members.removed());
  }

  private static CompareView.Row tensor(ModelDiff.TensorChange change) {
    var before = change.before();
    var after = change.after();
    var shape =
        before == null
            ? after + ", new"
            : after == null
                ? before + ", gone"
                : before.equals(after) ? before : before + " to " + after;
    return new CompareView.Row(
        change.name(),
        change.distance() < 0 ? "–" : Figures.decimal(change.distance()),
        change.largest() < 0 ? "–" : Figures.decimal(change.largest()),
        shape);
  }

  private static CompareView.Line line(TextDiff.Line line) {
    return switch (line.kind()) {
      case SAME -> new CompareView.Line("same", " ", line.text());
      case ADDED -> new CompareView.Line("added", "+", line.text());
      case REMOVED -> new CompareView.Line("removed", "−", line.text());
    };
  }

  private static String word(String kind) {
    return switch (kind) {
      case "ADDED" -> "added";
      case "REMOVED" -> "removed";
      default -> "changed";
    };
  }

  private static String bytes(@Nullable Long size) {
    return size == null ? "–" : Figures.bytes(size);
  }

  private static String number(@Nullable Double value) {
    return value == null ? "–" : Figures.decimal(value);
  }

  private static String dash(@Nullable String value) {
    return value == null ? "–" : value;
  }
}
