package org.syncyte.federation.vocabulary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;

/// What the sites of a run have in common. Every list is in the order of its names' UTF-8 bytes,
/// which depends on nobody's order, so that all see the same columns.
///
/// Genes: those that every site measures. Batches: all that any site declared, with their owners.
/// Labels: all that any site named, the unlabelled category (`config.unlabeled_category`) last.
public final class Vocabulary {
  /// Order of identifiers.
  public static final Comparator<String> BYTES =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private Vocabulary() {}

  /// Genes that every site measures.
  ///
  /// @throws IllegalArgumentException if there is none, or a site names a gene twice
  public static List<String> commonGenes(Map<String, List<String>> genesOf) {
    Set<String> common = null;
    for (var site : genesOf.entrySet()) {
      var genes = new HashSet<>(site.getValue());
      if (genes.size() != site.getValue().size()) {
        throw new IllegalArgumentException(
            "site '%s' names a gene twice; sum its columns first".formatted(site.getKey()));
      }
      if (common == null) {
        common = genes;
      } else {
        common.retainAll(genes);
      }
    }
    if (common == null || common.isEmpty()) {
      throw new IllegalArgumentException(
          "the sites %s have no gene in common; do all use the same kind of gene names?"
              .formatted(genesOf.keySet()));
    }
    return sorted(common);
  }

  /// The contract of a run over these sites.
  ///
  /// @param chosen genes in any order
  /// @param batchesOf site -> its batches
  /// @param labelsOf site -> its labels
  public static Manifest manifest(
      RunSpec spec,
      Collection<String> chosen,
      Map<String, List<String>> batchesOf,
      Map<String, List<String>> labelsOf) {
    List<String> sites = sorted(batchesOf.keySet());
    var owners = new TreeMap<String, List<String>>(BYTES);
    for (String site : sites) {
      for (String batch : new TreeSet<>(batchesOf.getOrDefault(site, List.of()))) {
        owners.computeIfAbsent(batch, _ -> new ArrayList<>()).add(site);
      }
    }
    var labels = new TreeSet<String>(BYTES);
    labelsOf.values().forEach(labels::addAll);
    String unlabelled = spec.config().get("unlabeled_category");
    List<String> ordered = new ArrayList<>(labels);
    if (unlabelled != null && spec.labelsKey() != null) {
      ordered.remove(unlabelled);
      ordered.add(unlabelled);
    }
    return new Manifest(spec, sorted(chosen), List.copyOf(owners.keySet()), owners, ordered, sites);
  }

  /// The most variable genes, or all if `spec.genes` is 0 or not fewer than there are.
  public static List<String> choose(
      RunSpec spec, List<String> common, @Nullable List<Hvg.Scored> ranked) {
    if (ranked == null || !selects(spec, common.size())) {
      return common;
    }
    return ranked.stream().limit(spec.genes()).map(Hvg.Scored::gene).toList();
  }

  /// Whether a run over that many common genes must choose among them.
  public static boolean selects(RunSpec spec, int common) {
    return spec.genes() > 0 && spec.genes() < common;
  }

  private static List<String> sorted(Collection<String> names) {
    return names.stream().sorted(BYTES).toList();
  }
}
