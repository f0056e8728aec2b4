package org.syncyte.hub.pages;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Search;
import org.syncyte.web.AboutPage;
import org.syncyte.web.Facet;
import org.syncyte.web.Figures;
import org.syncyte.web.HomePage;
import org.syncyte.web.Link;
import org.syncyte.web.ModelRow;
import org.syncyte.web.Pages;
import org.syncyte.web.Paging;

/// The front page, the models of one owner, and what this hub is.
@Path("/")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
class HomeRoutes {
  private static final Map<String, String> FACETS = new LinkedHashMap<>();
  private static final int ENOUGH_TO_NARROW = 4;
  private static final int MAX_PAGE = 10_000;

  static {
    FACETS.put("model_cls_name", "Model");
    FACETS.put("tissue", "Tissue");
    FACETS.put("cell_type", "Cell type");
    FACETS.put("organism", "Organism");
    FACETS.put("assay", "Assay");
    FACETS.put("disease", "Disease");
    FACETS.put("modality", "Modality");
    FACETS.put("size", "Size");
    FACETS.put("minified", "Minified");
    FACETS.put("annotated", "Annotated");
    FACETS.put("status", "Checks");
    FACETS.put("license", "Licence");
  }

  private final Repos repos;
  private final ModelRows rows;
  private final Browser browser;
  private final int size;

  HomeRoutes(Repos repos, ModelRows rows, Browser browser, PagesSettings settings) {
    this.repos = repos;
    this.rows = rows;
    this.browser = browser;
    this.size = Math.clamp(settings.models(), 1, 200);
  }

  @GET
  public Response home(
      @QueryParam("q") @DefaultValue("") String text,
      @QueryParam("filter") @Nullable List<String> filters,
      @QueryParam("sort") @DefaultValue("") String sort,
      @QueryParam("page") @DefaultValue("1") String page) {
    return browser.show(() -> list(query(text, "", filters, sort, page)));
  }

  @GET
  @Path("about")
  public Response about() {
    return browser.show(() -> Pages.about(new AboutPage(browser.hub())));
  }

  static ListQuery query(
      String text, String author, @Nullable List<String> filters, String sort, String page) {
    var chosen = filters == null ? List.<String>of() : filters;
    return new ListQuery(
        text.strip(),
        author,
        chosen.stream().filter(filter -> !filter.isBlank()).distinct().limit(20).toList(),
        ListQuery.Order.of(sort),
        page.matches("[1-9][0-9]{0,4}") ? Math.min(Integer.parseInt(page), MAX_PAGE) : 1);
  }

  TemplateInstance list(ListQuery query) {
    var caller = browser.caller();
    var found = repos.search(query.search(size), caller);
    long total =
        query.plain()
            ? found.total()
            : repos.search(Search.text(null, List.of(), 0, 1), caller).total();
    var models = rows.rows(found.items());
    long first = models.isEmpty() ? 0 : (query.page() - 1L) * size + 1;
    long last = models.isEmpty() ? 0 : first + models.size() - 1;
    return Pages.home(
        new HomePage(
            browser.hub(),
            query.text(),
            facets(query, found),
            chosen(query),
            hidden(query),
            found.total() > 1 ? sorts(query) : List.of(),
            models,
            new Paging(
                first,
                last,
                found.total(),
                query.page() > 1 ? query.at(query.page() - 1).href() : null,
                last > 0 && last < found.total() ? query.at(query.page() + 1).href() : null),
            total,
            query.plain() && query.page() == 1 ? feature(models) : null));
  }

  static List<Facet> facets(ListQuery query, Search.Found found) {
    var facets = new ArrayList<Facet>();
    if (found.total() < ENOUGH_TO_NARROW && query.filters().isEmpty()) {
      return facets;
    }
    FACETS.forEach((key, label) -> {
      var options = new ArrayList<Facet.Option>();
      for (var value : found.facets().getOrDefault(key, List.of())) {
        var filter = key + ":" + value.value();
        boolean selected = query.filters().contains(filter);
        if (selected || value.count() < found.total() || value.narrower() > 0) {
          options.add(
              new Facet.Option(
                  shown(key, value.value()),
                  value.count(),
                  value.narrower(),
                  query.switched(filter).href(),
                  selected));
        }
      }
      if (!options.isEmpty()) {
        facets.add(new Facet(label, options));
      }
    });
    return facets;
  }

  /// A facet's value as people say it.
  private static String shown(String facet, String value) {
    return switch (facet + ":" + value) {
      case "minified:latent_posterior_parameters" -> "counts left out";
      case "minified:latent_posterior_parameters_with_counts" -> "counts kept";
      case "minified:False", "annotated:False" -> "no";
      case "minified:True", "annotated:True" -> "yes";
      case "status:validated" -> "all passed";
      default -> facet.equals("license") ? Figures.licence(value) : value;
    };
  }

  private static List<Link> chosen(ListQuery query) {
    var links = new ArrayList<Link>();
    if (!query.author().isEmpty()) {
      links.add(new Link("by " + query.author(), query.withoutAuthor().href(), true));
    }
    for (var filter : query.filters()) {
      int colon = filter.indexOf(':');
      var label = colon < 0 ? null : FACETS.get(filter.substring(0, colon));
      links.add(
          new Link(
              label == null
                  ? filter
                  : label + ": " + shown(filter.substring(0, colon), filter.substring(colon + 1)),
              query.switched(filter).href(),
              true));
    }
    return links;
  }

  private static List<HomePage.Field> hidden(ListQuery query) {
    var fields = new ArrayList<HomePage.Field>();
    query.filters().forEach(filter -> fields.add(new HomePage.Field("filter", filter)));
    if (query.order() != ListQuery.Order.UPDATED) {
      fields.add(new HomePage.Field("sort", query.order().word()));
    }
    return fields;
  }

  static List<Link> sorts(ListQuery query) {
    var links = new ArrayList<Link>();
    for (var order : ListQuery.Order.values()) {
      links.add(new Link(order.label, query.by(order).href(), order == query.order()));
    }
    return links;
  }

  private static HomePage.@Nullable Feature feature(List<ModelRow> models) {
    for (var model : models) {
      var image = model.image();
      if (image != null) {
        var id = model.namespace() + "/" + model.name();
        var cells = model.cells();
        return new HomePage.Feature(
            id,
            model.href() + "/map",
            image.replace("&small", ""),
            (cells == null ? "Cells" : Figures.count(cells) + " cells")
                + " of "
                + id
                + ", each a dot; near dots are alike");
      }
    }
    return null;
  }
}
