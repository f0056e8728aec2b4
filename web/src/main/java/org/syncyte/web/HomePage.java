package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The hub's front page: the promise, the search and the models.
///
/// @param query what was searched for, empty if nothing
/// @param facets ways to narrow the list; empty while there is little to narrow
/// @param chosen facet options in force, each with the address that drops it
/// @param hidden form fields that keep the chosen options when the query changes
/// @param sorts orders of the list
/// @param total models on this hub that the reader may see
/// @param feature a map to look at while nothing is searched, or null
public record HomePage(
    Hub hub,
    String query,
    List<Facet> facets,
    List<Link> chosen,
    List<Field> hidden,
    List<Link> sorts,
    List<ModelRow> models,
    Paging paging,
    long total,
    @Nullable Feature feature) {
  public HomePage {
    facets = List.copyOf(facets);
    chosen = List.copyOf(chosen);
    hidden = List.copyOf(hidden);
    sorts = List.copyOf(sorts);
    models = List.copyOf(models);
  }

  /// A model whose map is shown beside the promise.
  public record Feature(String id, String href, String image, String caption) {}

  /// A hidden form field.
  public record Field(String name, String value) {}

  public boolean searched() {
    return !query.isEmpty() || !chosen.isEmpty();
  }

  public boolean empty() {
    return total == 0;
  }

  public String heading() {
    var found = paging.total();
    if (!searched()) {
      return total == 0
          ? "No models yet"
          : total == 1 ? "One model" : Figures.count(total) + " models";
    }
    return found == 0
        ? "No model matches"
        : found == 1 ? "One model matches" : Figures.count(found) + " models match";
  }

  public String title() {
    return query.isEmpty() ? hub.name() : query + " – " + hub.name();
  }
}
