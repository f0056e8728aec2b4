package org.syncyte.hub.repo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.event.HubEvent;

/// Branches and tags.
@ApplicationScoped
public class Refs {
  static final String MAIN = "refs/heads/main";
  private static final String PULL_REQUESTS = "refs/pr/";
  private static final Pattern NAME = Pattern.compile("[^\\x00-\\x1f~^:?*\\[\\\\\\x7f]{1,200}");
  private final HistoryRepository history;
  private final Revisions revisions;
  private final Audit audit;
  private final Event<HubEvent> happened;

  Refs(HistoryRepository history, Revisions revisions, Audit audit, Event<HubEvent> happened) {
    this.history = history;
    this.revisions = revisions;
    this.audit = audit;
    this.happened = happened;
  }

  /// A ref as others see it; `name` is the short one.
  public record RefView(String name, String ref, String target) {
    public boolean branch() {
      return ref.startsWith("refs/heads/");
    }
  }

  /// `main` is `refs/heads/main`; names that begin with `refs/` are whole already.
  static String full(String branch) {
    return branch.startsWith("refs/") ? branch : "refs/heads/" + branch;
  }

  private static String ownLine(String branch) {
    String name = full(branch);
    if (name.startsWith(PULL_REQUESTS)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "References of pull requests come and go with them: " + name);
    }
    return name;
  }

  @Transactional
  public List<RefView> list(RepoView repo) {
    return history.refs(repo.key()).stream()
        .map(ref ->
            new RefView(ref.name.replaceFirst("^refs/(heads|tags|pr)/", ""), ref.name, ref.target))
        .toList();
  }

  @Transactional
  public void branch(Caller.Known author, RepoView repo, String branch, String start) {
    add(author, repo, ownLine(branch), revisions.resolve(repo, start).commit());
  }

  @Transactional
  public void tag(Caller.Known author, RepoView repo, String tag, String revision) {
    add(author, repo, "refs/tags/" + tag, revisions.resolve(repo, revision).commit());
  }

  @Transactional
  public void deleteBranch(Caller.Known author, RepoView repo, String branch) {
    if (ownLine(branch).equals(MAIN)) {
      throw new HubException(ErrorCode.FORBIDDEN, "The branch main cannot be deleted");
    }
    remove(author, repo, full(branch));
  }

  @Transactional
  public void deleteTag(Caller.Known author, RepoView repo, String tag) {
    remove(author, repo, "refs/tags/" + tag);
  }

  /// A new pull request's own line of commits; only this makes and moves such references.
  @Transactional
  public void pullRequest(Caller.Known author, RepoView repo, int number, String target) {
    add(author, repo, PULL_REQUESTS + number, target);
  }

  static HubEvent changed(
      RepoView repo, String name, @Nullable String before, @Nullable String after) {
    String head = name.equals(MAIN) && after != null ? after : repo.head();
    return HubEvent.content(
        new HubEvent.Subject(
            repo.key(), repo.id().namespace(), repo.id().name(), repo.hidden(), head),
        new HubEvent.RefChange(name, before, after));
  }

  private void add(Caller.Known author, RepoView repo, String name, String target) {
    if (!NAME.matcher(name).matches()
        || name.contains("..")
        || name.contains("//")
        || name.endsWith("/")
        || name.endsWith(".lock")
        || name.endsWith(".")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "'" + name + "' is not a valid git reference name");
    }
    if (history.ref(repo.key(), name).isPresent()) {
      throw new HubException(ErrorCode.EXISTS, "Reference already exists: " + name);
    }
    var ref = new Ref();
    ref.repoId = repo.key();
    ref.name = name;
    ref.target = target;
    history.insert(ref);
    happened.fire(changed(repo, name, null, target));
    audit.record(author.accountId(), "ref.create", repo.id().toString(), name + " " + target);
  }

  private void remove(Caller.Known author, RepoView repo, String name) {
    var ref = history.ref(repo.key(), name).orElseThrow(() -> Revisions.missing(name));
    history.delete(ref);
    happened.fire(changed(repo, name, ref.target, null));
    audit.record(author.accountId(), "ref.delete", repo.id().toString(), name);
  }
}
