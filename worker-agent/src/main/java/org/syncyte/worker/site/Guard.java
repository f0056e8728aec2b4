package org.syncyte.worker.site;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Block;
import org.syncyte.federation.aggregate.WeightedMean;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.Envelope.BodyCase;

/// What the policy must say before a message of one type may leave.
///
/// A guard has three parts: the switches that must be open; whether the run as a whole must be one
/// that the site takes part in (`models`, `aggregation`, `min-sites`, `min-cells`); and a look at
/// the content, so that an optional part of a message is refused as well. A type without a guard
/// does not leave.
enum Guard {
  HELLO(BodyCase.HELLO, false),
  VOCABULARY_OFFER(BodyCase.VOCABULARY_OFFER, true, PolicyKey.GENE_NAMES) {
    @Override
    @Nullable String content(Policy policy, Envelope message) {
      var offer = message.getVocabularyOffer();
      if (offer.getLabelsCount() > 0 && !policy.allows(PolicyKey.LABEL_NAMES)) {
        return PolicyKey.LABEL_NAMES.kebab();
      }
      boolean plain =
          offer.getBatchesList().stream()
              .anyMatch(name ->
                  !name.startsWith(policy.site() + "/")
                      || !OPAQUE.matcher(name.substring(policy.site().length() + 1)).matches());
      return plain && !policy.allows(PolicyKey.BATCH_NAMES) ? PolicyKey.BATCH_NAMES.kebab() : null;
    }
  },
  STAT_PART(BodyCase.STAT_PART, true, PolicyKey.STATISTICS),
  CONTRACT_REPORT(BodyCase.CONTRACT_REPORT, true),
  PLAIN_UPDATE(BodyCase.PLAIN_UPDATE, true, PolicyKey.UPDATES) {
    @Override
    @Nullable String content(Policy policy, Envelope message) {
      var update = message.getPlainUpdate();
      if (update.hasProgress() && !policy.allows(PolicyKey.METRICS_PER_SITE)) {
        return PolicyKey.METRICS_PER_SITE.kebab();
      }
      for (var weight : update.getWeightsMap().keySet()) {
        if (weight.equals(WeightedMean.ALL)) {
          continue;
        }
        var key =
            weight.startsWith(Block.LABEL + ":") ? PolicyKey.LABEL_NAMES : PolicyKey.PRIVATE_BLOCKS;
        if (!policy.allows(key)) {
          return key.kebab();
        }
      }
      return null;
    }
  },
  MINIFIED_PART(BodyCase.MINIFIED_PART, true, PolicyKey.LATENTS),
  PUBLISHED(BodyCase.PUBLISHED, true, PolicyKey.PUBLISH),
  DECLINE(BodyCase.DECLINE, false),
  LEAVE(BodyCase.LEAVE, false);

  /// What the policy's terms on a whole run are compared with.
  ///
  /// @param sites invited sites, or the run's own minimum as long as nobody is invited
  /// @param cells this site's cells
  record Facts(String model, String aggregation, int sites, long cells) {}

  private static final Pattern OPAQUE = Pattern.compile("[0-9a-f]{10}");

  private final BodyCase type;
  private final boolean partOfRun;
  private final List<PolicyKey> switches;

  Guard(BodyCase type, boolean partOfRun, PolicyKey... switches) {
    this.type = type;
    this.partOfRun = partOfRun;
    this.switches = List.of(switches);
  }

  /// The message type's name, such as `PlainUpdate`.
  String message() {
    var text = new StringBuilder();
    for (var word : name().split("_")) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }

  static Optional<Guard> of(BodyCase type) {
    return Arrays.stream(values()).filter(guard -> guard.type == type).findFirst();
  }

  /// Null if the policy lets such a message go ahead, otherwise the key that forbids it; asked
  /// before any work is done for it.
  @Nullable String refusedBy(Policy policy, @Nullable Facts facts) {
    if (partOfRun) {
      if (facts == null || !policy.models().contains(facts.model())) {
        return "models";
      }
      if (!policy.aggregation().contains(facts.aggregation())) {
        return "aggregation";
      }
      if (facts.sites() < policy.minSites()) {
        return "min-sites";
      }
      if (facts.cells() < policy.minCells()) {
        return "min-cells";
      }
    }
    for (var key : switches) {
      if (!policy.allows(key)) {
        return key.kebab();
      }
    }
    return null;
  }

  /// Null if the policy lets this very message leave, otherwise the key that forbids it.
  static @Nullable String refusedBy(Policy policy, Envelope message, @Nullable Facts facts) {
    var guard = of(message.getBodyCase()).orElse(null);
    if (guard == null) {
      return "version";
    }
    var key = guard.refusedBy(policy, facts);
    return key == null ? guard.content(policy, message) : key;
  }

  @Nullable String content(Policy policy, Envelope message) {
    return null;
  }
}
