package org.syncyte.federation;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a run shall do: the declaration that an operator gives and every site reads.
///
/// Sent as canonical JSON, so that its hash names it. Fields that are left out get the defaults of
/// [#parse(byte[])]; unknown fields are refused. Decimal numbers are strings, exact on every
/// machine.
///
/// @param federation the federation's id
/// @param run the run's id, unique in the federation for ever
/// @param model a model class of the catalogue (`SCVI`, `SCANVI`, ...)
/// @param config its hyper-parameters by their published names
/// @param genes how many variable genes to choose; 0 takes all common genes
/// @param batchKey the obs column of batches at each site
/// @param labelsKey the obs column of labels, or null
/// @param layer the layer with counts, or null for X
/// @param seed decides initial weights, splits and order
/// @param rounds how many aggregations
/// @param epochsPerRound local epochs between two aggregations
/// @param batchSize cells of a minibatch
/// @param learningRate step of the local optimiser
/// @param eps the local optimiser's epsilon
/// @param weightDecay the local optimiser's weight decay
/// @param nEpochsKlWarmup epochs, over all rounds, until the KL term counts in full
/// @param trainSize part of each site's cells that trains
/// @param minSites fewer sites than this and nothing is aggregated
/// @param quorum part of the roster that must deliver
/// @param phaseSeconds how long a phase waits for answers
/// @param negotiationSeconds how long sites may take to answer the announcement
/// @param maxAttempts tries of one round
/// @param publish how to publish the result, or null to stop after the last round
/// @param listing what the hub may show to everyone while the run goes on
public record RunSpec(
    String federation,
    String run,
    String model,
    Map<String, String> config,
    int genes,
    String batchKey,
    @Nullable String labelsKey,
    @Nullable String layer,
    long seed,
    int rounds,
    int epochsPerRound,
    int batchSize,
    String learningRate,
    String eps,
    String weightDecay,
    int nEpochsKlWarmup,
    String trainSize,
    int minSites,
    String quorum,
    int phaseSeconds,
    int negotiationSeconds,
    int maxAttempts,
    @Nullable Publish publish,
    Listing listing) {

  /// How much of a run is public before its model is. A declaration that says nothing says `NONE`:
  /// every site reads the declaration before it takes part, so nobody is shown unasked.
  public enum Listing {
    /// Nothing leaves the coordinator.
    NONE,
    /// Model class, phase, round, losses over all sites, and how many sites there are.
    COURSE,
    /// The same with the names of the sites.
    SITES;

    static Listing read(String text) {
      for (var one : values()) {
        if (one.word().equals(text)) {
          return one;
        }
      }
      throw new IllegalArgumentException(
          "run specification: 'listing' must be none, course or sites, not '%s'".formatted(text));
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where the final model goes and who sends it there.
  ///
  /// @param repo `owner/name` on the hub
  /// @param publisher the site that publishes
  /// @param license licence of the model card
  /// @param more further fields for the card, by name
  public record Publish(String repo, String publisher, String license, Map<String, String> more) {
    public Publish {
      if (!repo.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")) {
        throw new IllegalArgumentException(
            "run specification: 'publish.repo' must be owner/name, not '%s'".formatted(repo));
      }
      Ids.check("run specification: 'publish.publisher'", publisher);
    }
  }

  /// @throws IllegalArgumentException with the field, its value and the rule
  public static RunSpec parse(byte[] json) {
    var fields = new Fields("run specification", Canonical.object(json));
    RunSpec spec = read(fields);
    fields.noMore();
    return spec;
  }

  static RunSpec read(Fields in) {
    int phaseSeconds = in.count("phase_seconds", 120, 1, 86_400);
    int rounds = in.count("rounds", null, 1, 100_000);
    Map<String, String> publish = new TreeMap<>(in.strings("publish"));
    return new RunSpec(
        in.id("federation"),
        in.id("run"),
        in.text("model", null),
        in.strings("config"),
        in.count("genes", 2000, 0, 1_000_000),
        in.text("batch_key", null),
        in.optional("labels_key"),
        in.optional("layer"),
        in.whole("seed", 0L, 0, Long.MAX_VALUE),
        rounds,
        in.count("epochs_per_round", 1, 1, 10_000),
        in.count("batch_size", 128, 1, 1_000_000),
        in.decimal("learning_rate", "0.001", 0, 10),
        in.decimal("eps", "0.01", 0, 10),
        in.decimal("weight_decay", "0.000001", -1e-300, 10),
        in.count("n_epochs_kl_warmup", 400, 0, 1_000_000),
        in.decimal("train_size", "0.9", 0, 1),
        in.count("min_sites", 3, 1, 1000),
        in.decimal("quorum", "0.67", 0, 1),
        phaseSeconds,
        in.count("negotiation_seconds", phaseSeconds, 1, 30 * 86_400),
        in.count("max_attempts", 3, 1, 100),
        publish.isEmpty() ? null : publish(publish),
        Listing.read(in.text("listing", Listing.NONE.word())));
  }

  private static Publish publish(Map<String, String> fields) {
    String repo = take(fields, "repo");
    String publisher = take(fields, "publisher");
    String license = take(fields, "license");
    return new Publish(repo, publisher, license, Map.copyOf(fields));
  }

  private static String take(Map<String, String> fields, String name) {
    String value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "run specification: 'publish.%s' is missing; leave out 'publish' to publish nothing"
              .formatted(name));
    }
    return value;
  }

  /// Epochs of all rounds together.
  public int epochs() {
    return Math.multiplyExact(rounds, epochsPerRound);
  }

  /// Sites that must deliver out of a roster of that size.
  public int required(int roster) {
    return Math.max(minSites, (int) Math.ceil(Double.parseDouble(quorum) * roster - 1e-9));
  }

  Map<String, @Nullable Object> fields() {
    var out = new TreeMap<String, @Nullable Object>();
    out.put("federation", federation);
    out.put("run", run);
    out.put("model", model);
    out.put("config", config);
    out.put("genes", genes);
    out.put("batch_key", batchKey);
    out.put("labels_key", labelsKey);
    out.put("layer", layer);
    out.put("seed", seed);
    out.put("rounds", rounds);
    out.put("epochs_per_round", epochsPerRound);
    out.put("batch_size", batchSize);
    out.put("learning_rate", learningRate);
    out.put("eps", eps);
    out.put("weight_decay", weightDecay);
    out.put("n_epochs_kl_warmup", nEpochsKlWarmup);
    out.put("train_size", trainSize);
    out.put("min_sites", minSites);
    out.put("quorum", quorum);
    out.put("phase_seconds", phaseSeconds);
    out.put("negotiation_seconds", negotiationSeconds);
    out.put("max_attempts", maxAttempts);
    if (publish != null) {
      var target = new TreeMap<String, String>(publish.more());
      target.put("repo", publish.repo());
      target.put("publisher", publish.publisher());
      target.put("license", publish.license());
      out.put("publish", target);
    }
    // Left out if nothing is shown: declarations from before keep their bytes and so their hash.
    if (listing != Listing.NONE) {
      out.put("listing", listing.word());
    }
    return out;
  }

  /// Canonical bytes: what is announced and hashed. Null fields stand in it as null.
  public byte[] json() {
    return Canonical.bytes(fields());
  }
}
