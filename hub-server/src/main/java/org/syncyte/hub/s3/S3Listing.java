package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Namespace;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;

/// Lists a bucket: all files on main of all repositories in a namespace, in the order of their
/// keys' bytes, with everything up to a delimiter folded into one prefix.
///
/// A page is found by seeking, not by skipping: each folded prefix and each page costs one indexed
/// query, however much lies behind it.
@ApplicationScoped
class S3Listing {
  /// Comes after every string that begins like what is before it.
  private static final String LAST = "\uDBFF\uDFFF";

  private final Namespace namespace;
  private final Repos repos;
  private final Revisions revisions;

  S3Listing(Namespace namespace, Repos repos, Revisions revisions) {
    this.namespace = namespace;
    this.repos = repos;
    this.revisions = revisions;
  }

  /// A file, or a prefix that stands for all keys beginning with it.
  record Item(String key, @Nullable EntryView file, @Nullable Instant modified) {}

  /// `next` is where the following page begins, null at the end.
  record Page(List<Item> items, @Nullable String next) {
    Page {
      items = List.copyOf(items);
    }
  }

  record Query(String prefix, String delimiter, String after, int limit) {}

  Page list(String bucket, Query query, Caller caller) {
    int slash = query.prefix().indexOf('/');
    String beginning = slash < 0 ? query.prefix() : query.prefix().substring(0, slash);
    var found = new ArrayList<Item>();
    if (beginning.indexOf('@') > 0 && slash > 0) {
      atRevision(S3Key.of(bucket, beginning + "/*"), beginning + "/", query, caller, found);
    } else {
      var names = new ArrayList<>(namespace.names(bucket, beginning, caller));
      names.sort(Comparator.comparing(name -> name + "/"));
      for (String name : names) {
        if (found.size() > query.limit()) {
          break;
        }
        add(new RepoId(bucket, name), query, caller, found);
      }
    }
    if (found.size() <= query.limit()) {
      return new Page(found, null);
    }
    var page = found.subList(0, query.limit());
    if (page.isEmpty()) {
      return new Page(List.of(), null);
    }
    var last = page.getLast();
    return new Page(page, last.file() == null ? last.key() + LAST : last.key());
  }

  private void atRevision(S3Key place, String head, Query query, Caller caller, List<Item> found) {
    var repo = repos.find(place.repo(), caller);
    if (repo.isPresent()) {
      files(revisions.resolve(repo.get(), place.revision()), head, query, found);
    }
  }

  private void add(RepoId id, Query query, Caller caller, List<Item> found) {
    String head = id.name() + "/";
    boolean whole = head.startsWith(query.prefix());
    String after = query.after();
    boolean past = after.compareTo(head) >= 0 && !after.startsWith(head);
    if (past || !(whole || query.prefix().startsWith(head))) {
      return;
    }
    if (whole && !query.delimiter().isEmpty()) {
      int end = head.indexOf(query.delimiter(), query.prefix().length());
      if (end >= 0) {
        String folded = head.substring(0, end + query.delimiter().length());
        boolean known = !found.isEmpty() && found.getLast().key().equals(folded);
        if (!known && !after.equals(folded + LAST)) {
          found.add(new Item(folded, null, null));
        }
        return;
      }
    }
    var repo = repos.find(id, caller);
    if (repo.isPresent()) {
      files(revisions.resolve(repo.get(), S3Key.MAIN), head, query, found);
    }
  }

  private void files(Revision revision, String head, Query query, List<Item> found) {
    String low = query.prefix().startsWith(head) ? query.prefix().substring(head.length()) : "";
    String after = query.after().startsWith(head) ? query.after().substring(head.length()) : "";
    int wanted = query.limit() + 1 - found.size();
    while (wanted > 0) {
      var files = namespace.files(revision, after, low, low + LAST, wanted);
      var plain = new ArrayList<EntryView>();
      String folded = null;
      for (var file : files) {
        folded = folded(head + file.path(), query);
        if (folded != null) {
          break;
        }
        plain.add(file);
      }
      keep(revision, head, plain, found);
      if (folded != null) {
        found.add(new Item(folded, null, null));
        after = folded.substring(head.length()) + LAST;
      } else if (files.size() < wanted) {
        return;
      } else {
        after = files.getLast().path();
      }
      wanted = query.limit() + 1 - found.size();
    }
  }

  private static @Nullable String folded(String key, Query query) {
    if (query.delimiter().isEmpty()) {
      return null;
    }
    int end = key.indexOf(query.delimiter(), query.prefix().length());
    return end < 0 ? null : key.substring(0, end + query.delimiter().length());
  }

  private void keep(Revision revision, String head, List<EntryView> files, List<Item> found) {
    var touched = namespace.touched(revision.repo(), files.stream().map(EntryView::path).toList());
    for (var file : files) {
      var modified = touched.getOrDefault(file.path(), revision.repo().createdAt());
      found.add(new Item(head + file.path(), file, modified));
    }
  }
}
