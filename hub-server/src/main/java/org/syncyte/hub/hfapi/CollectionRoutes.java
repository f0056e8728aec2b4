package org.syncyte.hub.hfapi;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.repo.Collections;
import org.syncyte.hub.repo.RepoId;

/// Collections: scvi-tools adds each model it publishes to one.
@Path("/api/collections")
@RunOnVirtualThread
public class CollectionRoutes {
  private final Collections collections;
  private final CurrentCaller current;

  CollectionRoutes(Collections collections, CurrentCaller current) {
    this.collections = collections;
    this.current = current;
  }

  public record CreateRequest(
      @Nullable String title, @Nullable String namespace, @Nullable String description) {}

  public record ItemId(@Nullable String id, @Nullable String type) {}

  public record ItemRequest(@Nullable ItemId item, @Nullable String note) {}

  @GET
  public List<Map<String, Object>> list(
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("item") @Nullable String item,
      @QueryParam("limit") @DefaultValue("100") int limit) {
    return collections.list(current.caller()).stream()
        .filter(collection -> owner == null || owner.equals(collection.namespace()))
        .filter(collection ->
            item == null
                || collection.items().stream()
                    .anyMatch(one -> item.equals("models/" + one.repo().id())))
        .limit(Math.clamp(limit, 1, 1000))
        .map(CollectionRoutes::body)
        .toList();
  }

  @POST
  public Map<String, Object> create(CreateRequest request) {
    var caller = current.caller().require(Role.WRITE);
    if (request.title() == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, "the collection's title is missing");
    }
    String namespace = request.namespace() == null ? caller.name() : request.namespace();
    String description = request.description() == null ? "" : request.description();
    return body(collections.create(namespace, request.title(), description, caller));
  }

  @GET
  @Path("{namespace}/{slug}")
  public Map<String, Object> read(
      @PathParam("namespace") String namespace, @PathParam("slug") String slug) {
    return body(collections.read(namespace, slug, current.caller()));
  }

  @POST
  @Path("{namespace}/{slug}/items")
  public Map<String, Object> add(
      @PathParam("namespace") String namespace,
      @PathParam("slug") String slug,
      ItemRequest request) {
    var caller = current.caller().require(Role.WRITE);
    var item = request.item();
    if (item == null
        || item.id() == null
        || (item.type() != null && !item.type().equals("model"))) {
      throw new HubException(ErrorCode.BAD_REQUEST, "item: {id: namespace/name, type: model}");
    }
    return body(collections.add(namespace, slug, RepoId.parse(item.id()), request.note(), caller));
  }

  @DELETE
  @Path("{namespace}/{slug}/items/{item}")
  public void remove(
      @PathParam("namespace") String namespace,
      @PathParam("slug") String slug,
      @PathParam("item") String item) {
    long key;
    try {
      key = Long.parseLong(item, 16);
    } catch (NumberFormatException bad) {
      throw new HubException(ErrorCode.NOT_FOUND, "no such item", bad);
    }
    collections.remove(namespace, slug, key, current.caller().require(Role.WRITE));
  }

  /// Clients index these keys without a default.
  private static Map<String, Object> body(Collections.CollectionView collection) {
    var body = new LinkedHashMap<String, Object>();
    body.put("slug", collection.id());
    body.put("title", collection.title());
    body.put("description", collection.description());
    body.put(
        "owner",
        Map.of("type", "org", "name", collection.namespace(), "fullname", collection.namespace()));
    body.put("lastUpdated", Dates.text(collection.updatedAt()));
    body.put("position", 0);
    body.put("private", false);
    body.put("theme", "blue");
    body.put("upvotes", 0);
    int position = 0;
    var items = new java.util.ArrayList<Map<String, Object>>();
    for (var item : collection.items()) {
      var one = ModelInfo.of(item.repo(), item.repo().head(), null, false);
      one.put("_id", Ids.hex(item.key()));
      one.put("type", "model");
      one.put("position", position++);
      if (item.note() != null) {
        one.put("note", Map.of("text", item.note()));
      }
      items.add(one);
    }
    body.put("items", items);
    return body;
  }
}
