package org.syncyte.cards;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a card says beyond what the model's own file knows.
///
/// @param description Markdown by the owner; empty if there is none yet
/// @param minified kind of minification, such as `latent_posterior_parameters`, or null
/// @param metrics Markdown tables or numbers by title, such as `Cell-wise Coefficient of Variation`
/// @param genome reference genome, such as `GRCh38`, or empty
/// @param geneIds kind of gene identifiers, such as `ensembl`, or empty
/// @param references Markdown
public record CardDetails(
    String licence,
    String anndataVersion,
    List<String> modalities,
    List<String> tissues,
    List<String> organisms,
    boolean annotated,
    String description,
    @Nullable String minified,
    Map<String, String> metrics,
    @Nullable String trainingDataUrl,
    @Nullable String trainingCodeUrl,
    String genome,
    String geneIds,
    String references,
    @Nullable Federation federation) {
  /// How the model was trained over several sites.
  ///
  /// @param sites names or pseudonyms under which the sites agreed to be shown
  /// @param aggregation how updates were combined, such as `weighted mean`
  /// @param epsilon of differential privacy, or null when no noise was added
  /// @param siteParts tensors that stayed at each site and are not in the published file
  public record Federation(
      String run,
      List<String> sites,
      int rounds,
      String aggregation,
      boolean secureAggregation,
      @Nullable Double epsilon,
      @Nullable Double delta,
      Set<String> siteParts) {
    public Federation {
      sites = List.copyOf(sites);
      siteParts = Set.copyOf(siteParts);
    }
  }

  public CardDetails {
    modalities = List.copyOf(modalities);
    tissues = List.copyOf(tissues);
    organisms = List.copyOf(organisms);
    metrics = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(metrics));
  }

  /// RNA under a licence, with nothing else known yet.
  public static CardDetails of(String licence, String anndataVersion) {
    return new CardDetails(
        licence,
        anndataVersion,
        List.of("rna"),
        List.of(),
        List.of(),
        false,
        "",
        null,
        Map.of(),
        null,
        null,
        "",
        "",
        "",
        null);
  }
}
