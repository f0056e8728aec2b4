package org.syncyte.hub.discussion;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.event.HubEvent;
import org.syncyte.hub.event.HubEvent.Action;
import org.syncyte.hub.repo.CommitView;
import org.syncyte.hub.repo.Commits;
import org.syncyte.hub.repo.Operation;
import org.syncyte.hub.repo.Refs;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Revisions;

/// Discussions and pull requests.
///
/// A pull request is a discussion that owns a line of commits, `refs/pr/N`, which begins at a
/// commit of main. Whoever may read a repository may open one and commit to their own; merging is
/// for those who may write. A merge takes file by file what changed since that first commit, as one
/// new commit on main, and is refused if main changed the same file otherwise. A draft has to be
/// opened before it can be merged; a merged or closed one takes no more commits.
///
/// The callers have been let into the repository by `Repos.contribute` before they come here.
@ApplicationScoped
public class Discussions {
  private static final Pattern REFERENCE = Pattern.compile("refs/pr/([1-9][0-9]{0,8})");
  static final int MAX_TITLE = 200;
  private static final int MIN_TITLE = 3;
  static final int MAX_TEXT = 65_536;
  private final DiscussionRepository store;
  private final Listed listed;
  private final StatelessSession session;
  private final Commits commits;
  private final Refs refs;
  private final Revisions revisions;
  private final Audit audit;
  private final Event<HubEvent> happened;

  Discussions(
      DiscussionRepository store,
      Listed listed,
      StatelessSession session,
      Commits commits,
      Refs refs,
      Revisions revisions,
      Audit audit,
      Event<HubEvent> happened) {
    this.store = store;
    this.listed = listed;
    this.session = session;
    this.commits = commits;
    this.refs = refs;
    this.revisions = revisions;
    this.audit = audit;
    this.happened = happened;
  }

  /// A commit and the pull request it went to.
  public record Proposed(int num, CommitView commit) {}

  /// What a commit brings.
  public record Change(Commits.Message message, List<Operation> operations) {
    public Change {
      operations = List.copyOf(operations);
    }
  }

  /// The number in `refs/pr/N`, or 0.
  public static int number(String revision) {
    var matcher = REFERENCE.matcher(revision);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  @Transactional
  public DiscussionView.Found list(
      RepoView repo, DiscussionView.Wanted wanted, int skip, int limit) {
    return listed.list(repo, wanted, skip, limit);
  }

  @Transactional
  public DiscussionView.Detailed read(RepoView repo, int num) {
    var discussion = listed.one(repo, num);
    String base = discussion.base();
    var conflicts =
        base != null && discussion.status().active()
            ? commits.conflicts(repo, base, head(repo, num))
            : List.<String>of();
    return new DiscussionView.Detailed(discussion, listed.events(discussion.key()), conflicts);
  }

  /// The newest commit of a pull request.
  @Transactional
  public String head(RepoView repo, int num) {
    return revisions.resolve(repo, "refs/pr/" + num).commit();
  }

  @Transactional
  public DiscussionView open(
      Caller.Known author, RepoView repo, String title, String text, boolean pullRequest) {
    var status = pullRequest ? Status.DRAFT : Status.OPEN;
    String base = pullRequest ? repo.head() : null;
    return listed.one(repo, open(author, repo, titled(title), text, status, base).num);
  }

  /// A pull request with its first commit, on top of the named parent or of main.
  @Transactional
  public Proposed propose(Caller.Known author, RepoView repo, Change change) {
    var message = change.message();
    String parent = message.parent();
    String base = revisions.resolve(repo, parent == null ? "main" : parent).commit();
    String title = message.title().strip();
    var discussion =
        open(
            author,
            repo,
            title.length() > MAX_TITLE ? title.substring(0, MAX_TITLE) : title,
            message.description(),
            Status.OPEN,
            base);
    return new Proposed(discussion.num, commit(author, repo, discussion, change));
  }

  /// One more commit for a pull request, from its author or somebody who may write.
  @Transactional
  public CommitView commit(Caller.Known author, RepoView repo, int num, Change change) {
    return commit(author, repo, pushable(author, repo, num), change);
  }

  private CommitView commit(
      Caller.Known author, RepoView repo, Discussion discussion, Change change) {
    String reference = "refs/pr/" + discussion.num;
    String before = revisions.resolve(repo, reference).commit();
    var commit = commits.commit(author, repo, reference, change.message(), change.operations());
    if (!commit.oid().equals(before)) {
      event(discussion, author, Kind.COMMIT, commit.title(), commit.oid());
    }
    return commit;
  }

  /// The refusal, if this caller may not commit to this pull request.
  @Transactional
  public void mayPush(Caller.Known author, RepoView repo, int num) {
    pushable(author, repo, num);
  }

  private Discussion pushable(Caller.Known author, RepoView repo, int num) {
    var discussion = locked(repo, num);
    if (!discussion.pullRequest) {
      throw new HubException(ErrorCode.BAD_REQUEST, num + " is a discussion, no pull request");
    }
    ownOrWriter(author, repo, discussion, "commit to this pull request");
    if (!discussion.status.active()) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "Pull request " + num + " is " + discussion.status.word());
    }
    return discussion;
  }

  @Transactional
  public EventView comment(Caller.Known author, RepoView repo, int num, String text) {
    return say(author, repo, locked(repo, num), text);
  }

  private EventView say(Caller.Known author, RepoView repo, Discussion discussion, String text) {
    var event = event(discussion, author, Kind.COMMENT, spoken(text), "");
    happened.fire(HubEvent.remark(Action.CREATE, subject(repo), talk(discussion), remark(event)));
    return listed.event(event.id());
  }

  @Transactional
  public EventView edit(Caller.Known author, RepoView repo, int num, long comment, String text) {
    var discussion = locked(repo, num);
    var event = comment(discussion, comment);
    if (event.accountId == null || event.accountId != author.accountId()) {
      throw forbidden("edit this comment");
    }
    if (event.hidden) {
      throw new HubException(ErrorCode.FORBIDDEN, "A hidden comment cannot be edited");
    }
    store.insert(new CommentVersion(comment, event.text, event.updatedAt));
    event.text = spoken(text);
    event.updatedAt = now();
    store.update(event);
    happened.fire(HubEvent.remark(Action.UPDATE, subject(repo), talk(discussion), remark(event)));
    return listed.event(comment);
  }

  /// Takes back what a comment said, for good.
  @Transactional
  public EventView hide(Caller.Known author, RepoView repo, int num, long comment) {
    var discussion = locked(repo, num);
    var event = comment(discussion, comment);
    if ((event.accountId == null || event.accountId != author.accountId())
        && !author.canWrite(repo.id().namespace(), repo.id().name())) {
      throw forbidden("hide this comment");
    }
    event.hidden = true;
    event.text = "";
    event.updatedAt = now();
    store.update(event);
    store.forget(comment);
    audit.record(author.accountId(), "comment.hide", repo.id().toString(), num + " " + comment);
    happened.fire(HubEvent.remark(Action.UPDATE, subject(repo), talk(discussion), remark(event)));
    return listed.event(comment);
  }

  @Transactional
  public EventView rename(Caller.Known author, RepoView repo, int num, String title) {
    var discussion = locked(repo, num);
    ownOrWriter(author, repo, discussion, "rename this discussion");
    String before = discussion.title;
    discussion.title = titled(title);
    store.update(discussion);
    var event = event(discussion, author, Kind.TITLE, discussion.title, before);
    happened.fire(HubEvent.talk(Action.UPDATE, subject(repo), talk(discussion)));
    return listed.event(event.id());
  }

  @Transactional
  public EventView change(
      Caller.Known author, RepoView repo, int num, Status status, @Nullable String comment) {
    var discussion = locked(repo, num);
    ownOrWriter(author, repo, discussion, "change the status of this discussion");
    if (status == Status.MERGED || status == Status.DRAFT) {
      throw new HubException(ErrorCode.BAD_REQUEST, "status: open or closed");
    }
    if (discussion.status == Status.MERGED || discussion.status == status) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "This is " + discussion.status.word() + " already");
    }
    if (comment != null && !comment.isBlank()) {
      say(author, repo, discussion, comment);
    }
    return changed(author, repo, discussion, status);
  }

  private EventView changed(
      Caller.Known author, RepoView repo, Discussion discussion, Status status) {
    discussion.status = status;
    store.update(discussion);
    var event = event(discussion, author, Kind.STATUS, status.name(), "");
    audit.record(
        author.accountId(),
        "discussion." + status.word(),
        repo.id().toString(),
        Integer.toString(discussion.num));
    happened.fire(HubEvent.talk(Action.UPDATE, subject(repo), talk(discussion)));
    return listed.event(event.id());
  }

  /// Merges; the caller may write to the repository.
  @Transactional
  public CommitView merge(Caller.Known author, RepoView repo, int num, @Nullable String comment) {
    var discussion = locked(repo, num);
    String base = discussion.base;
    if (base == null) {
      throw new HubException(ErrorCode.BAD_REQUEST, num + " is a discussion, no pull request");
    }
    if (!author.canWrite(repo.id().namespace(), repo.id().name())) {
      throw forbidden("merge into " + repo.id());
    }
    if (discussion.status != Status.OPEN) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "Pull request "
              + num
              + " is "
              + discussion.status.word()
              + "; only an open one can be merged");
    }
    var message = new Commits.Message(discussion.title + " (#" + num + ")", "", null);
    var commit = commits.merge(author, repo, base, head(repo, num), message);
    discussion.mergeCommit = commit.oid();
    if (comment != null && !comment.isBlank()) {
      say(author, repo, discussion, comment);
    }
    changed(author, repo, discussion, Status.MERGED);
    return commit;
  }

  private Discussion open(
      Caller.Known author,
      RepoView repo,
      String title,
      String text,
      Status status,
      @Nullable String base) {
    var discussion = new Discussion();
    discussion.repoId = repo.key();
    discussion.num = nextNumber(repo);
    discussion.title = title;
    discussion.accountId = author.accountId();
    discussion.status = status;
    discussion.pullRequest = base != null;
    discussion.base = base;
    discussion.createdAt = now();
    store.insert(discussion);
    if (base != null) {
      refs.pullRequest(author, repo, discussion.num, base);
    }
    if (!text.isBlank()) {
      event(discussion, author, Kind.COMMENT, spoken(text), "");
    }
    audit.record(
        author.accountId(),
        base == null ? "discussion.create" : "pull-request.create",
        repo.id().toString(),
        Integer.toString(discussion.num));
    happened.fire(HubEvent.talk(Action.CREATE, subject(repo), talk(discussion)));
    return discussion;
  }

  /// Locks the repository's row, so that two who open one at the same time get two numbers.
  private int nextNumber(RepoView repo) {
    session
        .createNativeQuery("select id from repo where id = :repo for update", Long.class)
        .setParameter("repo", repo.key())
        .getSingleResult();
    return session
            .createSelectionQuery(
                "select coalesce(max(num), 0) from Discussion where repoId = :repo", Integer.class)
            .setParameter("repo", repo.key())
            .getSingleResult()
        + 1;
  }

  private Discussion locked(RepoView repo, int num) {
    return session
        .createSelectionQuery(
            "from Discussion where repoId = :repo and num = :num", Discussion.class)
        .setParameter("repo", repo.key())
        .setParameter("num", num)
        .setLockMode(jakarta.persistence.LockModeType.PESSIMISTIC_WRITE)
        .uniqueResultOptional()
        .orElseThrow(() -> Listed.missing(repo, num));
  }

  private DiscussionEvent comment(Discussion discussion, long key) {
    return store
        .event(discussion.id(), key)
        .filter(event -> event.kind == Kind.COMMENT)
        .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "No such comment"));
  }

  private DiscussionEvent event(
      Discussion discussion, Caller.Known author, Kind kind, String text, String detail) {
    var event = new DiscussionEvent();
    event.discussionId = discussion.id();
    event.kind = kind;
    event.accountId = author.accountId();
    event.text = text;
    event.detail = detail;
    event.createdAt = now();
    event.updatedAt = event.createdAt;
    store.insert(event);
    return event;
  }

  private static void ownOrWriter(
      Caller.Known author, RepoView repo, Discussion discussion, String what) {
    boolean own = discussion.accountId != null && discussion.accountId == author.accountId();
    if (!own && !author.canWrite(repo.id().namespace(), repo.id().name())) {
      throw forbidden(what);
    }
  }

  private static HubException forbidden(String what) {
    return new HubException(ErrorCode.FORBIDDEN, "You cannot " + what);
  }

  private static String titled(String title) {
    String stripped = title.replace("\0", "").strip();
    if (stripped.length() < MIN_TITLE || stripped.length() > MAX_TITLE) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "title: " + MIN_TITLE + " to " + MAX_TITLE + " characters, not " + stripped.length());
    }
    return stripped;
  }

  private static String spoken(String text) {
    String stripped = text.replace("\0", "\uFFFD").strip();
    if (stripped.isEmpty() || stripped.length() > MAX_TEXT) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "comment: 1 to " + MAX_TEXT + " characters, not " + stripped.length());
    }
    return stripped;
  }

  private static HubEvent.Subject subject(RepoView repo) {
    return new HubEvent.Subject(
        repo.key(), repo.id().namespace(), repo.id().name(), repo.hidden(), repo.head());
  }

  private static HubEvent.Talk talk(Discussion discussion) {
    return new HubEvent.Talk(
        discussion.id(),
        discussion.num,
        discussion.title,
        discussion.status.word(),
        discussion.pullRequest,
        discussion.accountId,
        discussion.base);
  }

  private static HubEvent.Remark remark(DiscussionEvent event) {
    return new HubEvent.Remark(event.id(), event.accountId, event.text, event.hidden);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
