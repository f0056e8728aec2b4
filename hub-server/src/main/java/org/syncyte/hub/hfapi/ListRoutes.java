package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.BaseUrl;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.hub.repo.Search;

/// Lists and searches models.
@Path("/api")
@RunOnVirtualThread
class ListRoutes {
  private final Repos repos;
  private final Revisions revisions;
  private final CurrentCaller current;
  private final BaseUrl base;

  ListRoutes(Repos repos, Revisions revisions, CurrentCaller current, BaseUrl base) {
    this.repos = repos;
    this.revisions = revisions;
    this.current = current;
    this.base = base;
  }

  @GET
  @Path("models")
  public Response list(
      @QueryParam("search") @Nullable String text,
      @QueryParam("author") @Nullable String author,
      @QueryParam("filter") List<String> filter,
      @QueryParam("pipeline_tag") @Nullable String pipelineTag,
      @QueryParam("gated") @Nullable String gated,
      @QueryParam("sort") @Nullable String sort,
      @QueryParam("direction") @Nullable String direction,
      @QueryParam("limit") @DefaultValue("1000") int limit,
      @QueryParam("full") @Nullable String full,
      @QueryParam("cardData") @Nullable String cardData,
      @QueryParam("expand") List<String> expand,
      @QueryParam("cursor") @DefaultValue("0") int skip,
      UriInfo uri) {
    var filters = new ArrayList<String>();
    filter.forEach(value -> filters.addAll(List.of(value.split(","))));
    filters.removeIf(String::isBlank);
    int size = Math.clamp(limit, 1, 1000);
    boolean descending = !"1".equals(direction);
    var only = new Search.Only(pipelineTag, gated);
    var search = new Search(text, author, filters, only, sort(sort), descending, skip, size);
    var found = repos.page(search, current.caller());
    var names = ModelInfo.names(expand);
    boolean files = Flags.on(full) || names.contains("siblings");
    var body =
        found.items().stream()
            .map(repo ->
                item(
                    repo,
                    files,
                    Flags.on(full) || Flags.on(cardData) || names.contains("cardData")))
            .map(item -> ModelInfo.only(item, names))
            .toList();
    var reply =
        Response.ok(body, MediaType.APPLICATION_JSON_TYPE).header("X-Total-Count", found.total());
    if (skip + size < found.total()) {
      reply.header("Link", NextLink.of(base, uri, "cursor", Integer.toString(skip + size)));
    }
    return reply.build();
  }

  private Map<String, Object> item(RepoView repo, boolean files, boolean card) {
    var siblings = files ? revisions.files(revisions.resolve(repo, repo.head())) : null;
    var item = ModelInfo.of(repo, repo.head(), siblings, false);
    if (!card) {
      item.remove("cardData");
    }
    return item;
  }

  private static Search.Sort sort(@Nullable String sort) {
    return switch (sort == null ? "trendingScore" : sort) {
      case "downloads" -> Search.Sort.DOWNLOADS;
      case "likes" -> Search.Sort.LIKES;
      case "trendingScore", "trending_score" -> Search.Sort.TRENDING_SCORE;
      case "lastModified", "last_modified" -> Search.Sort.LAST_MODIFIED;
      case "createdAt", "created_at" -> Search.Sort.CREATED_AT;
      default ->
          throw new HubException(
              ErrorCode.BAD_REQUEST,
              "sort '"
                  + sort
                  + "': use downloads, likes, lastModified, createdAt or trendingScore");
    };
  }

  public record Tag(String id, String label, String type, long count) {}

  @GET
  @Path("models-tags-by-type")
  public Map<String, List<Tag>> tags() {
    var found = repos.search(Search.text(null, List.of(), 0, 1), current.caller());
    var types = new LinkedHashMap<String, List<Tag>>();
    found
        .facets()
        .forEach((facet, values) ->
            types.put(
                facet,
                values.stream()
                    .map(value ->
                        new Tag(facet + ":" + value.value(), value.value(), facet, value.count()))
                    .toList()));
    return types;
  }

  /// Ids of one part exist on the public hub only.
  @GET
  @Path("models/{name}")
  public Response single(@PathParam("name") String name) {
    throw new HubException(
        ErrorCode.REPO_NOT_FOUND, "No repository '" + RepoId.parse(name + "/") + "'");
  }

  @GET
  @Path("{type:datasets|spaces}/{rest:.+}")
  public Response otherTypes(@PathParam("type") String type, @PathParam("rest") String rest) {
    throw new HubException(ErrorCode.REPO_NOT_FOUND, "This hub holds models, not " + type);
  }
}
