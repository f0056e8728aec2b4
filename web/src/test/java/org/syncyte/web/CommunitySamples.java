package org.syncyte.web;

import java.util.EnumSet;
import java.util.List;

/// Pages for people who signed in, as a hub would fill them.
final class CommunitySamples {
  static final Hub HUB =
      new Hub("Syncyte", "http://localhost:8080", new Hub.Visitor("ada", "form-key"));
  private static final String PATCH =
      """
      diff --git a/README.md b/README.md
      index 9f3c12a561800c43249a1f73dd1e58fda1658dd7..1f2d3c 100644
      --- a/README.md
      +++ b/README.md
      @@ -8,3 +8,4 @@
       # Blood
      -Cells of donors.
      +Cells of **healthy** donors, three chemistries.
      +Sampled in 2019.
      """;

  private CommunitySamples() {}

  static ModelHead head(ModelTab tab) {
    var head = Samples.head(tab);
    return new ModelHead(
        HUB,
        head.namespace(),
        head.name(),
        head.revision(),
        head.sha(),
        head.modelClass(),
        head.summary(),
        head.tags(),
        head.facts(),
        List.of(),
        EnumSet.allOf(ModelTab.class),
        tab);
  }

  static ProfilePage profile() {
    return new ProfilePage(
        HUB,
        "Ada Lovelace",
        "ada@example.org",
        false,
        List.of(
            new ProfilePage.Membership("helmholtz-lung", "admin"),
            new ProfilePage.Membership("cell-commons", "write")));
  }

  static TokensPage tokens() {
    return new TokensPage(
        HUB,
        List.of(
            new TokensPage.Token(
                1, "laptop", "read and write", "3 Nov 2026", "never", "today", List.of()),
            new TokensPage.Token(
                2,
                "nightly job of the cluster",
                "read",
                "24 Nov 2026",
                "24 Dec 2026",
                "never",
                List.of("helmholtz-lung/lung-scanvi-v2", "cell-commons"))),
        "syn_4fYk1xQ8b2mJ7wT0cR5vN9aZ3dL6hP1sG8eU2iO7kXc");
  }

  static WebhooksPage webhooks() {
    return new WebhooksPage(
        HUB,
        List.of(
            new WebhooksPage.Hook(
                "1",
                "https://ci.example.org/hooks/models",
                "helmholtz-lung",
                "repo, discussions",
                false)),
        List.of(
            new WebhooksPage.Delivery(
                7,
                "https://ci.example.org/hooks/models",
                "update repo.content",
                "24 Nov 2026, 21:40",
                "answered 200",
                true),
            new WebhooksPage.Delivery(
                6,
                "https://ci.example.org/hooks/models",
                "create discussion",
                "24 Nov 2026, 21:12",
                "answered 503, will be tried again",
                false)));
  }

  static OwnerPage owner() {
    return new OwnerPage(
        HUB,
        "helmholtz-lung",
        "Lung atlas group",
        "Reference models of the healthy and the diseased human lung.",
        true,
        List.of(
            new OwnerPage.Member("ada", "Ada Lovelace", "admin"),
            new OwnerPage.Member("mary-somerville-the-second", "Mary Somerville", "write")),
        List.of(),
        true,
        List.of(),
        List.of(),
        Samples.many(4),
        new Paging(1, 4, 4, null, null));
  }

  static DiscussionsView discussions() {
    var head = head(ModelTab.DISCUSSIONS);
    return new DiscussionsView(
        head,
        List.of(
            new Link("Open", "?", true),
            new Link("Closed", "?which=closed", false),
            new Link("Pull requests", "?which=pulls", false)),
        List.of(
            new DiscussionsView.Row(
                4, "Say which chemistries", "/x/4", "mary", "24 Nov 2026", "draft", true, 0),
            new DiscussionsView.Row(
                3,
                "Does it know rare dendritic cells?",
                "/x/3",
                "ada",
                "23 Nov 2026",
                "open",
                false,
                5)),
        new Paging(1, 2, 2, null, null),
        true);
  }

  static DiscussionView discussion() {
    return new DiscussionView(
        head(ModelTab.DISCUSSIONS),
        4,
        "Say which chemistries",
        "mary",
        "24 Nov 2026",
        "open",
        "refs/pr/4",
        List.of(
            new DiscussionView.Event(
                "1",
                "mary",
                "2026-11-24T21:00:00Z",
                "24 Nov 2026, 21:00",
                "<p>The card does not say which <strong>chemistries</strong> it was trained on.</p><ul><li>v2</li><li>v3</li></ul>",
                "",
                true,
                false,
                true),
            new DiscussionView.Event(
                "2",
                "mary",
                "2026-11-24T21:01:00Z",
                "24 Nov 2026, 21:01",
                null,
                "committed “Say which chemistries”, 9f3c12a5,",
                false,
                false,
                false),
            new DiscussionView.Event(
                "3",
                "ada",
                "2026-11-24T21:05:00Z",
                "24 Nov 2026, 21:05",
                "<p>Thank you!</p>",
                "",
                false,
                false,
                false)),
        List.of("README.md"),
        PATCH.lines().map(DiscussionView.Line::of).toList(),
        true,
        true,
        true);
  }

  static AccessView access() {
    return new AccessView(
        head(ModelTab.ACCESS),
        "Access to the files",
        false,
        "<p>The donors agreed to research use. Say who you are.</p>",
        List.of(
            new AccessView.Field("Affiliation", "Affiliation", "text", List.of()),
            new AccessView.Field("Use", "Use", "select", List.of("Research", "Teaching")),
            new AccessView.Field(
                "ok", "I will not try to find out who the donors are", "checkbox", List.of())),
        "Ask for access",
        false,
        null,
        null);
  }

  static SettingsView settings() {
    return new SettingsView(
        head(ModelTab.SETTINGS),
        false,
        "manual",
        false,
        List.of(
            new SettingsView.Request(
                "mary",
                "Mary Somerville",
                "24 Nov 2026, 20:00",
                "pending",
                List.of(Fact.of("Affiliation", "Cell Commons"), Fact.of("Use", "Research"))),
            new SettingsView.Request("grace", "", "20 Nov 2026, 11:30", "accepted", List.of())));
  }
}
