package org.syncyte.worker.site;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;

/// What would leave the site if it took part in a run: each message, its content and its size, or
/// the policy key that keeps it here. Nothing is sent and nothing is written.
///
/// Sizes of weights are exact once the genes are known; before, they assume the number of genes
/// that the run asks for and the batches of this site and one more.
public final class Explanation {
  /// One message type.
  ///
  /// @param refusedBy the policy key that keeps it at the site; empty if it leaves
  /// @param content what it holds, in words
  /// @param bytes estimated size of everything in it, for the whole run
  public record Line(String message, String refusedBy, String content, long bytes) {
    public boolean leaves() {
      return refusedBy.isEmpty();
    }
  }

  private Explanation() {}

  /// @param spec canonical or plain JSON of a run's specification
  public static List<Line> of(SiteConfig config, RunSpec spec) {
    var policy = Policy.of(config);
    var keys = SiteKeys.open(config.folder());
    var names = new Names(config.site(), keys.nameSecret(), policy.allows(PolicyKey.BATCH_NAMES));
    try (var data = SiteData.open(config.data())) {
      return of(policy, data, names, spec, config.site());
    }
  }

  static List<Line> of(Policy policy, SiteData data, Names names, RunSpec spec, String site) {
    var facts = new Guard.Facts(spec.model(), "PLAIN", spec.minSites(), data.cells());
    var lines = new ArrayList<Line>();
    var outside = new TreeSet<String>();
    var batches = data.names(spec.batchKey(), Negotiation.BATCH_RULE);
    batches.forEach(batch -> outside.add(names.outside(batch)));
    var labelsKey = spec.labelsKey();
    var labels =
        labelsKey == null || !policy.allows(PolicyKey.LABEL_NAMES)
            ? List.<String>of()
            : data.names(labelsKey, Negotiation.LABEL_RULE);
    long genes = data.genes().stream().mapToLong(gene -> gene.length() + 1L).sum();
    int chosen =
        spec.genes() == 0 ? data.genes().size() : Math.min(spec.genes(), data.genes().size());
    lines.add(line(Guard.HELLO, policy, facts, "release, model classes", 200));
    lines.add(
        line(
            Guard.VOCABULARY_OFFER,
            policy,
            facts,
            "names of %d genes, number of cells (%d), batches as %s, labels %s"
                .formatted(
                    data.genes().size(), data.cells(), outside, labels.isEmpty() ? "none" : labels),
            genes));
    lines.add(
        line(
            Guard.STAT_PART,
            policy,
            facts,
            "sums and sums of squares of counts, of each gene",
            4L * 8 * data.genes().size()));
    long weights = elements(spec, data, names, site, chosen);
    lines.add(
        line(
            Guard.CONTRACT_REPORT,
            policy,
            facts,
            "shapes, initial weights drawn from the run's seed, number of training cells",
            4 * weights));
    lines.add(
        line(
            Guard.PLAIN_UPDATE,
            policy,
            facts,
            "differences of weights, %d times; own batch columns %s; losses %s"
                .formatted(
                    spec.rounds(),
                    policy.allows(PolicyKey.PRIVATE_BLOCKS) ? "included" : "stay here",
                    policy.allows(PolicyKey.METRICS_PER_SITE) ? "shown" : "stay here"),
            4 * weights * spec.rounds()));
    int latent = Integer.parseInt(spec.config().getOrDefault("n_latent", "10"));
    lines.add(
        line(
            Guard.MINIFIED_PART,
            policy,
            facts,
            "of each cell: %d latent means and variances, library size, columns %s"
                .formatted(latent, policy.obsColumns()),
            data.cells() * (8L * latent + 4 + 4L * policy.obsColumns().size())));
    var publish = spec.publish();
    if (publish != null && publish.publisher().equals(site)) {
      lines.add(
          line(
              Guard.PUBLISHED,
              policy,
              facts,
              "the finished model, pushed to " + publish.repo(),
              16 * weights));
    }
    return List.copyOf(lines);
  }

  private static long elements(RunSpec spec, SiteData data, Names names, String site, int genes) {
    var batches = new TreeSet<String>();
    data.names(spec.batchKey(), Negotiation.BATCH_RULE)
        .forEach(batch -> batches.add(names.outside(batch)));
    var all = new ArrayList<>(batches);
    all.add("another/0000000000");
    var owners = new java.util.TreeMap<String, List<String>>();
    all.forEach(batch -> owners.put(batch, List.of(site)));
    var manifest =
        new Manifest(spec, data.genes().subList(0, genes), all, owners, List.of(), List.of(site));
    try (var fit =
        org.syncyte.models.Fit.start(
            spec.model(), spec.config(), FitModel.registry(manifest), spec.seed())) {
      return Columns.elements(fit.state().tensors());
    }
  }

  private static Line line(
      Guard guard, Policy policy, Guard.Facts facts, String content, long bytes) {
    var key = guard.refusedBy(policy, facts);
    return new Line(guard.message(), key == null ? "" : key, content, key == null ? bytes : 0);
  }

  /// The lines as a table for a terminal.
  public static String text(List<Line> lines) {
    var text = new StringBuilder();
    for (var line : lines) {
      text.append(
          line.leaves()
              ? "%-16s leaves, about %s: %s%n"
                  .formatted(line.message(), size(line.bytes()), line.content())
              : "%-16s stays: the policy's '%s' does not allow it%n"
                  .formatted(line.message(), line.refusedBy()));
    }
    return text.toString();
  }

  private static String size(long bytes) {
    return bytes < 10_000
        ? bytes + " bytes"
        : bytes < 10_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
  }
}
