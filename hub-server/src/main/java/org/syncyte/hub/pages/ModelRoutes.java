package org.syncyte.hub.pages;

import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.trust.CheckRuns;
import org.syncyte.web.MapPoints;
import org.syncyte.web.Pages;

/// What a model is: card, map, training, evaluation, genes, and how to use it.
@Path("/{namespace}/{name}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class ModelRoutes {
  private final Scenes scenes;
  private final Browser browser;
  private final CheckRuns checks;
  private final Refs refs;

  ModelRoutes(Scenes scenes, Browser browser, CheckRuns checks, Refs refs) {
    this.scenes = scenes;
    this.browser = browser;
    this.checks = checks;
    this.refs = refs;
  }

  @GET
  public Response card(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision) {
    return browser.show(() -> {
      var scene = scenes.scene(namespace, name, revision);
      return Pages.card(ModelViews.card(scene, checks.report(scene.revision())));
    });
  }

  @GET
  @Path("trust")
  public Response trust(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision) {
    return browser.show(() -> {
      var scene = scenes.inside(namespace, name, revision);
      return Pages.trust(
          TrustViews.trust(scene, checks.report(scene.revision()), refs.list(scene.repo())));
    });
  }

  @GET
  @Path("map")
  public Response map(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision,
      @QueryParam("by") @DefaultValue("") String by) {
    return browser.show(
        () -> Pages.map(ModelViews.map(scenes.scene(namespace, name, revision), by)));
  }

  /// The map as a picture. With `at` it shows one commit for ever.
  @GET
  @Path("map.svg")
  @Produces("image/svg+xml")
  public Response image(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("at") @Nullable String commit,
      @QueryParam("by") @DefaultValue("") String by,
      @QueryParam("small") @Nullable String small) {
    var scene = scenes.scene(namespace, name, commit);
    var svg =
        scene
            .files()
            .image(scene.known().get(LatentMapFile.NAME), by, small != null)
            .orElseThrow(
                () -> new HubException(ErrorCode.NOT_FOUND, "No map coloured by '" + by + "'"));
    boolean fixed = scene.revision().commit().equals(commit);
    var reach = scene.repo().hidden() ? "private" : "public";
    return Response.ok(svg, "image/svg+xml")
        .header("Cache-Control", reach + (fixed ? ", max-age=31536000, immutable" : ", no-cache"))
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  /// The map as a browser draws it: the places of the cells, or with `by` one column.
  @GET
  @Path("map.bin")
  @Compressed
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response points(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("at") @Nullable String commit,
      @QueryParam("by") @Nullable String by,
      @HeaderParam("Accept-Encoding") @Nullable String encodings,
      @HeaderParam("If-None-Match") @Nullable String held) {
    var scene = scenes.scene(namespace, name, commit);
    var file = scene.known().get(LatentMapFile.NAME);
    var bytes =
        scene
            .files()
            .points(file, by)
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND, "No such map" + (by == null ? "" : " by '" + by + "'")));
    var tag = "\"%d-%s\"".formatted(MapPoints.VERSION, Objects.requireNonNull(file).content());
    boolean fixed = scene.revision().commit().equals(commit);
    var reach = scene.repo().hidden() || !scene.repo().gated().isEmpty() ? "private" : "public";
    boolean packed = encodings != null && encodings.contains("gzip");
    var reply =
        held != null && held.contains(tag)
            ? Response.notModified()
            : packed
                ? Response.ok(bytes, MediaType.APPLICATION_OCTET_STREAM)
                    .header("Content-Encoding", "gzip")
                : Response.ok(Gzip.plain(bytes), MediaType.APPLICATION_OCTET_STREAM);
    return reply
        .header("Vary", "Accept-Encoding")
        .header("ETag", tag)
        .header("Cache-Control", reach + (fixed ? ", max-age=31536000, immutable" : ", no-cache"))
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  @GET
  @Path("training")
  public Response training(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision,
      @QueryParam("metric") @DefaultValue("") String metric) {
    return browser.show(
        () -> Pages.training(ModelViews.training(scenes.scene(namespace, name, revision), metric)));
  }

  @GET
  @Path("evaluation")
  public Response evaluation(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision,
      @QueryParam("group") @DefaultValue("") String group) {
    return browser.show(
        () -> Pages.evaluation(EvaluationViews.of(scenes.scene(namespace, name, revision), group)));
  }

  @GET
  @Path("genes")
  public Response genes(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision,
      @QueryParam("q") @DefaultValue("") String query,
      @QueryParam("page") @DefaultValue("1") String page) {
    return browser.show(() ->
        Pages.genes(
            ModelViews.genes(
                scenes.scene(namespace, name, revision), query.strip(), number(page))));
  }

  @GET
  @Path("use")
  public Response use(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @QueryParam("revision") @Nullable String revision) {
    return browser.show(() -> Pages.use(ModelViews.use(scenes.scene(namespace, name, revision))));
  }

  @GET
  @Path("{rest:.+}")
  public Response nothing(
      @PathParam("namespace") String namespace, @PathParam("name") String name) {
    return browser.show(() -> {
      scenes.scene(namespace, name, null);
      throw new HubException(ErrorCode.NOT_FOUND, "This model has no such page.");
    });
  }

  static int number(String page) {
    return page.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(page) : 1;
  }
}
