package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;

/// Named lists of models.
@ApplicationScoped
public class Collections {
  private final CollectionRepository store;
  private final RepoRepository rows;
  private final Repos repos;
  private final Accounts accounts;
  private final Audit audit;

  Collections(
      CollectionRepository store,
      RepoRepository rows,
      Repos repos,
      Accounts accounts,
      Audit audit) {
    this.store = store;
    this.rows = rows;
    this.repos = repos;
    this.accounts = accounts;
    this.audit = audit;
  }

  /// A model in a collection.
  public record Item(long key, RepoView repo, @Nullable String note) {}

  /// A collection with the models that the caller may read.
  public record CollectionView(
      String namespace,
      String slug,
      String title,
      String description,
      Instant updatedAt,
      List<Item> items) {
    public String id() {
      return namespace + "/" + slug;
    }
  }

  @Transactional
  public List<CollectionView> list(Caller caller) {
    return store.collections().stream().map(collection -> view(collection, caller)).toList();
  }

  @Transactional
  public CollectionView read(String namespace, String slug, Caller caller) {
    return view(row(namespace, slug), caller);
  }

  @Transactional
  public CollectionView create(String namespace, String title, String description, Caller caller) {
    var author = accounts.claim(caller, namespace);
    String slug =
        title
            .toLowerCase(java.util.Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    if (slug.isEmpty() || slug.length() > 100) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "title '" + title + "': needs 1 to 100 letters or digits");
    }
    if (store.collection(namespace, slug).isPresent()) {
      throw new HubException(ErrorCode.EXISTS, "You already have a collection " + slug)
          .body("slug", namespace + "/" + slug);
    }
    var row = new Collection();
    row.namespace = namespace;
    row.slug = slug;
    row.title = title;
    row.description = description;
    row.updatedAt = now();
    store.insert(row);
    audit.record(author.accountId(), "collection.create", namespace + "/" + slug, "");
    return view(row, caller);
  }

  @Transactional
  public CollectionView add(
      String namespace, String slug, RepoId id, @Nullable String note, Caller caller) {
    var row = row(namespace, slug);
    var repo = row.open ? repos.write(id, caller) : repos.read(id, caller);
    if (!row.open && !caller.canWrite(namespace)) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "You cannot change the collection " + namespace + "/" + slug);
    }
    if (store.items(row.id()).stream().anyMatch(item -> item.repoId == repo.key())) {
      throw new HubException(ErrorCode.EXISTS, id + " is in this collection already");
    }
    var item = new CollectionItem();
    item.collectionId = row.id();
    item.repoId = repo.key();
    item.note = note;
    store.insert(item);
    row.updatedAt = now();
    store.update(row);
    audit.record(caller.accountOrNull(), "collection.add", namespace + "/" + slug, id.toString());
    return view(row, caller);
  }

  @Transactional
  public void remove(String namespace, String slug, long item, Caller caller) {
    var row = row(namespace, slug);
    if (!caller.canWrite(namespace)) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "You cannot change the collection " + namespace + "/" + slug);
    }
    if (store.remove(row.id(), item) == 0) {
      throw new HubException(ErrorCode.NOT_FOUND, "no such item in " + namespace + "/" + slug);
    }
    audit.record(caller.accountOrNull(), "collection.remove", namespace + "/" + slug, "");
  }

  private Collection row(String namespace, String slug) {
    return store
        .collection(namespace, slug)
        .orElseThrow(
            () -> new HubException(ErrorCode.NOT_FOUND, "no collection " + namespace + "/" + slug));
  }

  private CollectionView view(Collection row, Caller caller) {
    var items =
        store.items(row.id()).stream()
            .flatMap(item ->
                rows
                    .repo(item.repoId)
                    .flatMap(repo -> repos.find(new RepoId(repo.namespace, repo.name), caller))
                    .map(repo -> new Item(item.id(), repo, item.note))
                    .stream())
            .toList();
    return new CollectionView(
        row.namespace, row.slug, row.title, row.description, row.updatedAt, items);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
