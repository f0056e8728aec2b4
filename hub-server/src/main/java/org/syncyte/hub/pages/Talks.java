package org.syncyte.hub.pages;

import jakarta.enterprise.context.RequestScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.discussion.DiscussionView.Wanted;
import org.syncyte.hub.discussion.Discussions;
import org.syncyte.hub.discussion.EventView;
import org.syncyte.hub.discussion.Patch;
import org.syncyte.hub.discussion.Spoken;
import org.syncyte.hub.discussion.Status;
import org.syncyte.hub.repo.Gate;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.web.DiscussionView;
import org.syncyte.web.DiscussionsView;
import org.syncyte.web.Figures;
import org.syncyte.web.Link;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Paging;

/// Fills the pages of discussions.
@RequestScoped
class Talks {
  private static final int PAGE = 25;
  private static final int MAX_LINES = 2_000;
  private final Scenes scenes;
  private final Gate gate;
  private final Discussions discussions;
  private final Patch patch;
  private final Browser browser;

  Talks(Scenes scenes, Gate gate, Discussions discussions, Patch patch, Browser browser) {
    this.scenes = scenes;
    this.gate = gate;
    this.discussions = discussions;
    this.patch = patch;
    this.browser = browser;
  }

  DiscussionsView list(String namespace, String name, String which, int page) {
    var scene = scene(namespace, name);
    var head = scene.head(ModelTab.DISCUSSIONS);
    int skip = (page - 1) * PAGE;
    var wanted =
        switch (which) {
          case "pulls" -> new Wanted(true, null, null);
          case "closed" -> new Wanted(null, false, null);
          default -> new Wanted(null, true, null);
        };
    var found = discussions.list(scene.repo(), wanted, skip, PAGE);
    var filters = new ArrayList<Link>();
    String address = head.base() + "/discussions?which=";
    for (var choice :
        new String[][] {{"open", "Open"}, {"closed", "Closed"}, {"pulls", "Pull requests"}}) {
      filters.add(new Link(choice[1], address + choice[0], choice[0].equals(which)));
    }
    var rows =
        found.items().stream()
            .map(one ->
                new DiscussionsView.Row(
                    one.num(),
                    one.title(),
                    head.base() + "/discussions/" + one.num(),
                    called(one.author()),
                    Figures.day(one.createdAt()),
                    one.status().word(),
                    one.pullRequest(),
                    one.comments()))
            .toList();
    int last = skip + rows.size();
    var paging =
        new Paging(
            rows.isEmpty() ? 0 : skip + 1L,
            last,
            found.total(),
            page > 1 ? address + which + "&page=" + (page - 1) : null,
            last < found.total() ? address + which + "&page=" + (page + 1) : null);
    return new DiscussionsView(head, filters, rows, paging, true);
  }

  DiscussionView empty(String namespace, String name) {
    var head = scene(namespace, name).head(ModelTab.DISCUSSIONS);
    return new DiscussionView(
        head,
        0,
        "New discussion",
        "",
        "",
        "",
        null,
        List.of(),
        List.of(),
        List.of(),
        true,
        true,
        false);
  }

  DiscussionView one(String namespace, String name, int num) {
    var scene = scene(namespace, name);
    var repo = scene.repo();
    var found = discussions.read(repo, num);
    var one = found.discussion();
    var visitor =
        browser.hub().visitor() != null && browser.caller() instanceof Caller.Known known
            ? known
            : null;
    boolean writer = scene.mine() && visitor != null;
    boolean own = visitor != null && visitor.name().equalsIgnoreCase(one.author());
    return new DiscussionView(
        scene.head(ModelTab.DISCUSSIONS),
        num,
        one.title(),
        called(one.author()),
        Figures.day(one.createdAt()),
        one.status().word(),
        one.pullRequest() ? one.reference() : null,
        found.events().stream().map(event -> event(event, visitor, writer)).toList(),
        found.conflicts(),
        changes(repo, num, one.base()),
        own || writer,
        visitor != null,
        writer && one.pullRequest() && one.status() == Status.OPEN && found.conflicts().isEmpty());
  }

  private List<DiscussionView.Line> changes(RepoView repo, int num, @Nullable String base) {
    return base == null
        ? List.of()
        : patch
            .between(repo, base, discussions.head(repo, num))
            .lines()
            .limit(MAX_LINES)
            .map(DiscussionView.Line::of)
            .toList();
  }

  private static DiscussionView.Event event(
      EventView event, Caller.@Nullable Known visitor, boolean writer) {
    String author = called(event.author());
    boolean own = visitor != null && visitor.name().equalsIgnoreCase(event.author());
    boolean hidden = event instanceof EventView.Comment comment && comment.hidden();
    String html =
        event instanceof EventView.Comment comment && !hidden ? Spoken.html(comment.text()) : null;
    String words =
        switch (event) {
          case EventView.Comment _ -> "said something that was hidden";
          case EventView.StatusChange change -> status(change.status());
          case EventView.CommitAdded commit ->
              "committed “" + commit.title() + "”, " + commit.oid().substring(0, 8) + ",";
          case EventView.TitleChange change -> "changed the title from “" + change.from() + "”";
        };
    return new DiscussionView.Event(
        Long.toString(event.key()),
        author,
        event.at().toString(),
        Figures.minute(event.at()),
        html,
        words,
        event instanceof EventView.Comment comment && comment.edited(),
        hidden,
        html != null && (own || writer));
  }

  private static String status(Status status) {
    return switch (status) {
      case OPEN -> "opened this";
      case CLOSED -> "closed this";
      case MERGED -> "merged this";
      case DRAFT -> "made this a draft";
    };
  }

  private static String called(@Nullable String author) {
    return author == null ? "somebody who left" : author;
  }

  private ModelScene scene(String namespace, String name) {
    var scene = scenes.scene(namespace, name, null);
    gate.check(scene.repo(), browser.caller());
    if (scene.repo().discussionsDisabled()) {
      throw new HubException(ErrorCode.NOT_FOUND, "This model has no discussions.");
    }
    return scene;
  }
}
