package org.syncyte.hub.pages;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.access.AccessRequests;
import org.syncyte.hub.access.AccessStatus;
import org.syncyte.hub.discussion.Spoken;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.web.AccessView;
import org.syncyte.web.Fact;
import org.syncyte.web.Figures;
import org.syncyte.web.ModelTab;
import org.syncyte.web.Pages;
import org.syncyte.web.SettingsView;

/// The gate of a model, from outside and from inside, and its other settings.
@Path("/{namespace}/{name}")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class GateRoutes {
  private static final int MAX_REQUESTS = 500;
  private final Scenes scenes;
  private final Repos repos;
  private final AccessRequests requests;
  private final Browser browser;

  GateRoutes(Scenes scenes, Repos repos, AccessRequests requests, Browser browser) {
    this.scenes = scenes;
    this.repos = repos;
    this.requests = requests;
    this.browser = browser;
  }

  @GET
  @Path("access")
  public Response access(@PathParam("namespace") String namespace, @PathParam("name") String name) {
    return browser.show(() -> Pages.access(access(scenes.scene(namespace, name, null))));
  }

  private AccessView access(ModelScene scene) {
    var repo = scene.repo();
    if (repo.gated().isEmpty()) {
      throw new HubException(ErrorCode.NOT_FOUND, "This model has no gate.");
    }
    var own = requests.own(browser.caller(), repo);
    var prompt = said(repo.card(), "extra_gated_prompt", "");
    var description = said(repo.card(), "extra_gated_description", "");
    return new AccessView(
        scene.head(ModelTab.ACCESS),
        said(repo.card(), "extra_gated_heading", "Access to the files"),
        repo.gated().equals("auto"),
        (description + prompt).isBlank() ? null : Spoken.html(description + "\n\n" + prompt),
        fields(repo.card().get("extra_gated_fields")),
        said(repo.card(), "extra_gated_button_content", "Ask for access"),
        scene.open(),
        own.map(one -> one.status().word()).orElse(null),
        own.map(org.syncyte.hub.access.AccessView::reason).orElse(null));
  }

  private static String said(Map<String, Object> card, String key, String otherwise) {
    return card.get(key) instanceof String text && !text.isBlank() ? text : otherwise;
  }

  private static List<AccessView.Field> fields(@Nullable Object asked) {
    var fields = new ArrayList<AccessView.Field>();
    if (asked instanceof Map<?, ?> map) {
      map.forEach((label, kind) -> {
        if (fields.size() < 30) {
          fields.add(field(String.valueOf(label), kind));
        }
      });
    }
    return fields;
  }

  private static AccessView.Field field(String label, @Nullable Object kind) {
    if (kind instanceof Map<?, ?> choice
        && "select".equals(choice.get("type"))
        && choice.get("options") instanceof List<?> options) {
      return new AccessView.Field(
          label,
          label,
          "select",
          options.stream()
              .map(one ->
                  one instanceof Map<?, ?> labelled
                      ? String.valueOf(labelled.get("label"))
                      : String.valueOf(one))
              .limit(300)
              .toList());
    }
    String type =
        switch (String.valueOf(kind)) {
          case "checkbox" -> "checkbox";
          case "date_picker" -> "date";
          default -> "text";
        };
    return new AccessView.Field(label, label, type, List.of());
  }

  @POST
  @Path("access")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response withdraw(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @FormParam("form") @Nullable String key) {
    return browser.act(
        key,
        known -> {
          var repo = repos.read(new RepoId(namespace, name), known);
          requests.withdraw(known, repo);
          return "/" + repo.id() + "/access";
        });
  }

  @GET
  @Path("settings")
  public Response settings(
      @PathParam("namespace") String namespace, @PathParam("name") String name) {
    return browser.show(() -> {
      var visitor = browser.visitor();
      var repo = repos.write(new RepoId(namespace, name), visitor);
      var asked = new ArrayList<org.syncyte.hub.access.AccessView>();
      for (var status : AccessStatus.values()) {
        asked.addAll(requests.list(repo, status, 0, MAX_REQUESTS));
      }
      return Pages.settings(
          new SettingsView(
              scenes.scene(namespace, name, null).head(ModelTab.SETTINGS),
              repo.hidden(),
              repo.gated(),
              repo.discussionsDisabled(),
              asked.stream().map(GateRoutes::request).toList()));
    });
  }

  private static SettingsView.Request request(org.syncyte.hub.access.AccessView request) {
    var answers = new ArrayList<Fact>();
    if (request.email() != null) {
      answers.add(Fact.of("E-mail", request.email()));
    }
    request.fields().forEach((label, value) -> answers.add(Fact.of(label, String.valueOf(value))));
    return new SettingsView.Request(
        request.user(),
        request.fullname(),
        Figures.minute(request.at()),
        request.status().word(),
        answers);
  }

  @POST
  @Path("settings")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response change(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @FormParam("form") @Nullable String key,
      @FormParam("visibility") @DefaultValue("") String visibility,
      @FormParam("gated") @DefaultValue("") String gated,
      @FormParam("discussions") @DefaultValue("") String discussions) {
    return browser.act(
        key,
        known -> {
          var id = new RepoId(namespace, name);
          var repo = repos.write(id, known);
          boolean hidden = visibility.equals("private");
          if (!gated.matches("|auto|manual") || !visibility.matches("public|private")) {
            throw new HubException(ErrorCode.BAD_REQUEST, "no such choice");
          }
          if (hidden != repo.hidden()) {
            repos.hide(id, hidden, known);
          }
          if (!gated.equals(repo.gated())) {
            repos.gate(id, gated, known);
          }
          if (discussions.equals("on") == repo.discussionsDisabled()) {
            repos.disableDiscussions(id, !discussions.equals("on"), known);
          }
          return "/" + repo.id() + "/settings";
        });
  }

  @POST
  @Path("settings/access")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response answer(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @FormParam("form") @Nullable String key,
      @FormParam("user") @DefaultValue("") String user,
      @FormParam("do") @DefaultValue("") String what) {
    return browser.act(
        key,
        known -> {
          var repo = repos.write(new RepoId(namespace, name), known);
          if (what.equals("grant")) {
            requests.grant(known, repo, user.strip());
          } else {
            requests.answer(known, repo, user, AccessStatus.of(what), null);
          }
          return "/" + repo.id() + "/settings";
        });
  }
}
