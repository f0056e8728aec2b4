package org.syncyte.hub.repo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Accounts;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.event.HubEvent;

/// The repositories: find, search, make, move, remove.
@ApplicationScoped
public class Repos {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /// Names of files that are always stored as large files.
  static final String GIT_ATTRIBUTES =
      List.of(
                  "pt",
                  "pth",
                  "bin",
                  "h5",
                  "h5ad",
                  "h5mu",
                  "hdf5",
                  "onnx",
                  "safetensors",
                  "npz",
                  "npy",
                  "parquet",
                  "zip",
                  "gz",
                  "tar",
                  "pkl")
              .stream()
              .map(ending -> "*." + ending + " filter=lfs diff=lfs merge=lfs -text\n")
              .collect(Collectors.joining())
          + "*.zarr/**/* filter=lfs diff=lfs merge=lfs -text\n";

  private final RepoRepository store;
  private final StatelessSession session;
  private final Accounts accounts;
  private final Commits commits;
  private final Content content;
  private final BlobStore blobs;
  private final Audit audit;
  private final Gate gate;
  private final Event<HubEvent> happened;
  private final ObjectMapper json;

  Repos(
      RepoRepository store,
      StatelessSession session,
      Accounts accounts,
      Commits commits,
      Content content,
      BlobStore blobs,
      Audit audit,
      Gate gate,
      Event<HubEvent> happened,
      ObjectMapper json) {
    this.store = store;
    this.session = session;
    this.accounts = accounts;
    this.commits = commits;
    this.content = content;
    this.blobs = blobs;
    this.audit = audit;
    this.gate = gate;
    this.happened = happened;
    this.json = json;
  }

  static boolean readable(Repo repo, Caller caller) {
    return !repo.hidden || caller.canRead(repo.namespace, repo.name);
  }

  /// The repository, if it exists and the caller may read it.
  @Transactional
  public Optional<RepoView> find(RepoId id, Caller caller) {
    return store
        .named(id.namespace(), id.name())
        .filter(repo -> readable(repo, caller))
        .map(this::view);
  }

  /// The repository with this key, for the hub's own work.
  @Transactional
  public Optional<RepoView> byKey(long key) {
    return store.repo(key).map(this::view);
  }

  /// The repositories with these keys, for the hub's own work; those that are gone are left out.
  @Transactional
  public Map<Long, RepoView> byKeys(List<Long> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    var tags = store.tagsOf(keys).stream().collect(Collectors.groupingBy(tag -> tag.repoId));
    return store.repos(keys).stream()
        .map(repo -> view(repo, tags.getOrDefault(repo.id(), List.of())))
        .collect(Collectors.toMap(RepoView::key, view -> view));
  }

  /// The repository; or where it went, or that there is none.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView read(RepoId id, Caller caller) {
    var found = find(id, caller);
    if (found.isPresent()) {
      if (found.get().disabled()
          && !(caller instanceof Caller.Known known && known.role() == Role.ADMIN)) {
        throw new HubException(ErrorCode.DISABLED, "Access to this resource is disabled.");
      }
      return found.get();
    }
    var moved = store.alias(id.namespace(), id.name()).flatMap(alias -> store.repo(alias.repoId));
    if (moved.isPresent() && readable(moved.get(), caller)) {
      throw new RepoMoved(id, new RepoId(moved.get().namespace, moved.get().name));
    }
    throw missing(id, caller);
  }

  /// The repository, if the caller may write to it.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView write(RepoId id, Caller caller) {
    var repo = read(id, caller);
    caller.require(Role.WRITE);
    if (!caller.canWrite(repo.id().namespace(), repo.id().name())) {
      throw new HubException(ErrorCode.FORBIDDEN, "You do not have write access to " + repo.id());
    }
    return repo;
  }

  /// The repository with this key, if it still exists and the caller may write to it.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView write(long key, Caller caller) {
    return write(id(key), caller);
  }

  private RepoId id(long key) {
    var repo =
        store
            .repo(key)
            .orElseThrow(
                () -> new HubException(ErrorCode.REPO_NOT_FOUND, "The repository was removed"));
    return new RepoId(repo.namespace, repo.name);
  }

  /// The repository, if the caller may have its files: gated ones are for those who were let in.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView readFiles(RepoId id, Caller caller) {
    var repo = read(id, caller);
    gate.check(repo, caller);
    return repo;
  }

  /// The repository, if the caller may propose changes to it, which somebody else accepts.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView contribute(RepoId id, Caller caller) {
    var repo = readFiles(id, caller);
    if (!caller.require(Role.WRITE).reaches(id.namespace(), id.name())) {
      throw new HubException(ErrorCode.FORBIDDEN, "This token is not for " + repo.id());
    }
    if (repo.discussionsDisabled()) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "Discussions are disabled for this repo: " + repo.id());
    }
    return repo;
  }

  /// The repository with this key, if the caller may propose changes to it.
  @Transactional(dontRollbackOn = {HubException.class, RepoMoved.class})
  public RepoView contribute(long key, Caller caller) {
    return contribute(id(key), caller);
  }

  /// True if the caller may read at least one of these repositories.
  @Transactional
  public boolean readsAny(List<Long> keys, Caller caller) {
    return keys.stream()
        .flatMap(key -> store.repo(key).stream())
        .anyMatch(repo -> readable(repo, caller) && gate.open(repo, caller));
  }

  private static HubException missing(RepoId id, Caller caller) {
    var refusal =
        new HubException(
            ErrorCode.REPO_NOT_FOUND,
            "Repository not found: " + id + ", or it is private and you cannot read it");
    return caller instanceof Caller.Anonymous ? refusal.status(401) : refusal;
  }

  @Transactional
  public RepoView create(RepoId id, boolean hidden, Caller caller) {
    id.valid();
    var author = accounts.claim(caller, id.namespace());
    if (store.named(id.namespace(), id.name()).isPresent()) {
      throw exists(id);
    }
    store.alias(id.namespace(), id.name()).ifPresent(store::delete);
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    var repo = new Repo();
    repo.namespace = id.namespace();
    repo.name = id.name();
    repo.hidden = hidden;
    repo.createdAt = now;
    repo.updatedAt = now;
    repo.head = "0".repeat(40);
    repo.card = "{}";
    repo.excerpt = "";
    try {
      store.insert(repo);
    } catch (ConstraintViolationException
        | jakarta.data.exceptions.EntityExistsException lostRace) {
      throw exists(id);
    }
    byte[] attributes = GIT_ATTRIBUTES.getBytes(StandardCharsets.UTF_8);
    var stored = blobs.put(new ByteArrayInputStream(attributes), null, attributes.length);
    content.add(repo.id(), stored);
    commits.first(repo, author.name(), stored.sha256());
    audit.record(author.accountId(), "repo.create", id.toString(), hidden ? "private" : "public");
    var made = store.repo(repo.id()).orElseThrow();
    tell(HubEvent.Action.CREATE, HubEvent.Scope.REPO, made);
    return view(made);
  }

  private static HubException exists(RepoId id) {
    return new HubException(ErrorCode.EXISTS, "You already created this model repo: " + id);
  }

  @Transactional
  public void delete(RepoId id, Caller caller) {
    var repo = write(id, caller);
    var row = row(repo);
    tell(HubEvent.Action.DELETE, HubEvent.Scope.REPO, row);
    store.delete(row);
    audit.record(caller.accountOrNull(), "repo.delete", id.toString(), "");
  }

  @Transactional
  public void move(RepoId from, RepoId to, Caller caller) {
    to.valid();
    var repo = row(write(from, caller));
    accounts.claim(caller, to.namespace());
    var taken = store.named(to.namespace(), to.name());
    if (taken.isPresent() && taken.get().id() != repo.id()) {
      throw exists(to);
    }
    store.alias(to.namespace(), to.name()).ifPresent(store::delete);
    store.alias(from.namespace(), from.name()).ifPresent(store::delete);
    if (!from.toString().equalsIgnoreCase(to.toString())) {
      var alias = new RepoAlias();
      alias.namespace = repo.namespace;
      alias.name = repo.name;
      alias.repoId = repo.id();
      store.insert(alias);
    }
    var before = subject(repo);
    repo.namespace = to.namespace();
    repo.name = to.name();
    store.update(repo);
    happened.fire(HubEvent.moved(before, to.toString()));
    audit.record(caller.accountOrNull(), "repo.move", from.toString(), to.toString());
  }

  @Transactional
  public void hide(RepoId id, boolean hidden, Caller caller) {
    var repo = row(write(id, caller));
    repo.hidden = hidden;
    update(repo);
    audit.record(
        caller.accountOrNull(), "repo.visibility", id.toString(), hidden ? "private" : "public");
  }

  /// Closes a repository to everybody but administrators of the hub, or opens it again.
  @Transactional
  public void disable(RepoId id, boolean disabled, Caller caller) {
    caller.require(Role.ADMIN);
    var repo = row(read(id, caller));
    repo.disabled = disabled;
    store.update(repo);
    audit.record(
        caller.accountOrNull(), "repo.disable", id.toString(), disabled ? "disabled" : "enabled");
  }

  /// Who may have the files; the empty word opens them to everybody who may read.
  @Transactional
  public void gate(RepoId id, String gated, Caller caller) {
    var repo = row(write(id, caller));
    repo.gated = gated;
    update(repo);
    audit.record(
        caller.accountOrNull(), "repo.gate", id.toString(), gated.isEmpty() ? "open" : gated);
  }

  @Transactional
  public void disableDiscussions(RepoId id, boolean disabled, Caller caller) {
    var repo = row(write(id, caller));
    repo.discussionsDisabled = disabled;
    update(repo);
    audit.record(
        caller.accountOrNull(),
        "repo.discussions",
        id.toString(),
        disabled ? "disabled" : "enabled");
  }

  @Transactional
  public void countDownload(Revision revision) {
    store.countDownload(revision.repo().key());
    session
        .createNativeMutationQuery(
            """
            insert into download_count (repo_id, commit, day, count) values (:repo, :commit, current_date, 1)
            on conflict (repo_id, commit, day) do update set count = download_count.count + 1
            """)
        .setParameter("repo", revision.repo().key())
        .setParameter("commit", revision.commit())
        .executeUpdate();
  }

  /// Downloads of each commit that was ever downloaded.
  @Transactional
  public Map<String, Long> downloads(RepoView repo) {
    record Row(String commit, long count) {}
    var downloads = new HashMap<String, Long>();
    session
        .createNativeQuery(
            "select commit, cast(sum(count) as bigint) from download_count where repo_id = :repo"
                + " group by commit",
            Row.class)
        .setParameter("repo", repo.key())
        .getResultList()
        .forEach(row -> downloads.put(row.commit(), row.count()));
    return downloads;
  }

  @Transactional
  public Search.Found search(Search search, Caller caller) {
    var found = page(search, caller);
    var parameters = new HashMap<String, Object>();
    var counts =
        session.createNativeQuery(
            "select f.facet, f.tag, count(*) from repo_tag f where f.facet <> '' and f.repo_id in"
                + " (select r.id from repo r where "
                + search.where(caller, parameters)
                + ") group by f.facet, f.tag order by f.facet, count(*) desc, f.tag",
            Object[].class);
    parameters.forEach(counts::setParameter);
    var more = new HashMap<String, Object>();
    var narrower = session.createNativeQuery(search.narrower(caller, more), Object[].class);
    more.forEach(narrower::setParameter);
    return new Search.Found(
        found.items(),
        found.total(),
        Search.facets(counts.setMaxResults(2000).getResultList(), narrower.getResultList()));
  }

  /// One page of a search and how many match, without the counts of facets: programs do not ask for
  /// them, and they are the costly part.
  @Transactional
  public Search.Found page(Search search, Caller caller) {
    record Row(@Nullable Long id, long total) {}
    var parameters = new HashMap<String, Object>();
    var query = session.createNativeQuery(search.page(caller, parameters), Row.class);
    parameters.forEach(query::setParameter);
    var rows = query.getResultList();
    var keys = rows.stream().map(Row::id).filter(Objects::nonNull).toList();
    if (keys.isEmpty()) {
      return new Search.Found(List.of(), rows.getFirst().total(), Map.of());
    }
    var found = byKeys(keys);
    var items = keys.stream().flatMap(key -> Stream.ofNullable(found.get(key))).toList();
    return new Search.Found(items, rows.getFirst().total(), Map.of());
  }

  /// The keys of all repositories that match, whatever page is asked for.
  @Transactional
  public Set<Long> keys(Search search, Caller caller) {
    var parameters = new HashMap<String, Object>();
    String where = search.where(caller, parameters);
    var rows = session.createNativeQuery("select r.id from repo r where " + where, Long.class);
    parameters.forEach(rows::setParameter);
    return new HashSet<>(rows.getResultList());
  }

  /// The bytes of a file.
  public InputStream open(EntryView file) throws IOException {
    return Files.newInputStream(blobs.path(file.content()));
  }

  /// Stores other settings, and tells of them.
  private void update(Repo repo) {
    store.update(repo);
    tell(HubEvent.Action.UPDATE, HubEvent.Scope.CONFIG, repo);
  }

  private void tell(HubEvent.Action action, HubEvent.Scope scope, Repo repo) {
    happened.fire(HubEvent.of(action, scope, subject(repo)));
  }

  private static HubEvent.Subject subject(Repo repo) {
    return new HubEvent.Subject(repo.id(), repo.namespace, repo.name, repo.hidden, repo.head);
  }

  private Repo row(RepoView repo) {
    return locked(session, repo.key())
        .orElseThrow(
            () -> new HubException(ErrorCode.REPO_NOT_FOUND, "The repository was removed"));
  }

  /// The row, to be written: nobody else changes it until the transaction ends. All of a row is
  /// written at once, so without this a commit could undo a setting that was changed meanwhile.
  static Optional<Repo> locked(StatelessSession session, long key) {
    return session
        .createSelectionQuery("from Repo where id = :id", Repo.class)
        .setParameter("id", key)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .uniqueResultOptional();
  }

  private RepoView view(Repo repo) {
    return view(repo, store.tags(repo.id()));
  }

  private RepoView view(Repo repo, List<RepoTag> tags) {
    try {
      return new RepoView(
          repo.id(),
          new RepoId(repo.namespace, repo.name),
          repo.hidden,
          repo.createdAt,
          repo.updatedAt,
          repo.head,
          repo.downloads,
          repo.usedStorage,
          repo.library,
          repo.pipelineTag,
          json.readValue(repo.card, MAP),
          repo.excerpt,
          tags.stream().map(tag -> tag.tag).toList(),
          repo.complete,
          repo.gated,
          repo.discussionsDisabled,
          repo.disabled);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("stored card of " + repo.id, broken);
    }
  }
}
