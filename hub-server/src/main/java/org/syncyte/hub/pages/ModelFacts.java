package org.syncyte.hub.pages;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.RegistryFacts;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.web.GenesView;

/// What pages show of a saved model: no weights, so that many fit in memory.
///
/// @param varNames genes in input order
/// @param categories values of each categorical column, by the column's name
record ModelFacts(
    @Nullable String modelClass,
    @Nullable String scviVersion,
    @Nullable Long cells,
    @Nullable Long batches,
    @Nullable Long labels,
    boolean minified,
    Map<String, String> parameters,
    List<String> varNames,
    List<GenesView.Categories> categories) {
  private static final int MAX_CATEGORIES = 2_000;

  static ModelFacts of(SavedModel model) {
    var facts = RegistryFacts.of(model);
    var sizes = facts.statistics();
    var parameters = new java.util.LinkedHashMap<String, String>();
    facts.parameters().forEach((name, value) -> put(parameters, name, value));
    return new ModelFacts(
        facts.modelClass().orElse(null),
        facts.scviVersion().orElse(null),
        sizes.get("n_cells"),
        sizes.get("n_batch"),
        sizes.get("n_labels"),
        facts.minified(),
        parameters,
        model.varNames(),
        categories(facts));
  }

  long genes() {
    return varNames.size();
  }

  private static void put(Map<String, String> parameters, String name, @Nullable Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      parameters.put(name, value.toString());
    }
  }

  private static List<GenesView.Categories> categories(RegistryFacts facts) {
    return facts.categories().entrySet().stream()
        .map(column ->
            new GenesView.Categories(
                column.getKey(), column.getValue().stream().limit(MAX_CATEGORIES).toList()))
        .toList();
  }
}
