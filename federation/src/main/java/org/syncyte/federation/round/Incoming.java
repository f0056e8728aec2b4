package org.syncyte.federation.round;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.RoundFailed;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.round.Answers.Offer;
import org.syncyte.federation.round.Answers.Report;
import org.syncyte.federation.round.Answers.Update;

/// What sites say, and what each answer adds to the phase of the run that asked for it.
///
/// An answer counts once, in the phase, round and attempt that it names; anything else is ignored.
record Incoming(Draft draft) {
  /// The phase with what the message adds to it, or null if the message belongs to no open
  /// question.
  @Nullable Phase of(String site, Envelope message) {
    return switch (message.getBodyCase()) {
      case VOCABULARY_OFFER -> offer(site, message);
      case STAT_PART -> statPart(site, message);
      case CONTRACT_REPORT -> contract(site, message);
      case PLAIN_UPDATE -> update(site, message);
      case MINIFIED_PART -> minified(site, message);
      case PUBLISHED -> published(site, message);
      case DECLINE -> decline(site, message);
      case LEAVE -> draft.leave(site, "left");
      default -> null;
    };
  }

  private @Nullable Phase offer(String site, Envelope message) {
    var offer = message.getVocabularyOffer();
    Blob names = Transition.blob(offer.getGenes());
    if (!(draft.phase instanceof Phase.Negotiating)
        || !Requests.open(draft.run(), site)
        || names == null) {
      return null;
    }
    draft.sites.put(
        site,
        new Offer(
            names,
            offer.getCells(),
            List.copyOf(offer.getBatchesList()),
            List.copyOf(offer.getLabelsList())));
    return draft.phase;
  }

  private @Nullable Phase statPart(String site, Envelope message) {
    Blob sums = Transition.blob(message.getStatPart().getSums());
    if (sums == null || !Requests.open(draft.run(), site)) {
      return null;
    }
    return switch (draft.phase) {
      case Phase.Moments(var parts) -> new Phase.Moments(Sorted.with(parts, site, sums));
      case Phase.Clipping(var attempt, var moments, var bounds, var parts)
          when attempt == message.getAttempt() ->
          new Phase.Clipping(attempt, moments, bounds, Sorted.with(parts, site, sums));
      default -> null;
    };
  }

  private @Nullable Phase contract(String site, Envelope message) {
    var report = message.getContractReport();
    if (!(draft.phase instanceof Phase.Agreeing(var reports))
        || !Requests.open(draft.run(), site)) {
      return null;
    }
    Blob derived = Transition.blob(report.getLayout());
    Blob initial = Transition.blob(report.getInitial());
    if (!report.getAccepted() || derived == null || initial == null) {
      return draft.leave(site, "contract");
    }
    double perStep = report.getSecondsPerStep();
    return new Phase.Agreeing(
        Sorted.with(
            reports,
            site,
            new Contract(
                derived, initial, report.getCells(), Double.isFinite(perStep) ? perStep : 0)));
  }

  private @Nullable Phase update(String site, Envelope message) {
    var body = message.getPlainUpdate();
    Blob blob = Transition.blob(body.getUpdate());
    if (!(draft.phase
            instanceof
            Phase.Training(var round, var attempt, var members, var updates, var gone, var refused))
        || message.getRound() != round
        || message.getAttempt() != attempt
        || blob == null) {
      return null;
    }
    var first = updates.get(site);
    if (first != null && !first.blob().sha256().equals(blob.sha256())) {
      // two different results of one training: neither can be trusted
      var fewer = new TreeMap<>(updates);
      fewer.remove(site);
      draft.step.send(
          site, draft.run(), RoundFailed.newBuilder().setCode("refused:conflict").build());
      return new Phase.Training(
          round, attempt, members, fewer, gone, Sorted.with(refused, site, "conflict"));
    }
    if (!Requests.open(draft.run(), site)) {
      return null;
    }
    var report = body.hasProgress() ? Report.of(body.getProgress()) : null;
    return new Phase.Training(
        round,
        attempt,
        members,
        Sorted.with(updates, site, new Update(blob, new TreeMap<>(body.getWeightsMap()), report)),
        gone,
        refused);
  }

  private @Nullable Phase minified(String site, Envelope message) {
    Blob part = Transition.blob(message.getMinifiedPart().getAdata());
    return draft.phase instanceof Phase.Minifying(var parts, var declined)
            && Requests.open(draft.run(), site)
            && part != null
        ? new Phase.Minifying(Sorted.with(parts, site, part), declined)
        : null;
  }

  private @Nullable Phase published(String site, Envelope message) {
    if (!(draft.phase instanceof Phase.Publishing) || !Requests.open(draft.run(), site)) {
      return null;
    }
    var body = message.getPublished();
    draft.end(Phase.Ended.Outcome.COMPLETED, "published", body.getRepo(), body.getCommit());
    return draft.phase;
  }

  private @Nullable Phase decline(String site, Envelope message) {
    var reason = message.getDecline().getReason();
    String code = reason.name().toLowerCase(Locale.ROOT);
    return switch (draft.phase) {
      case Phase.Minifying(var parts, var declined) when draft.sites.containsKey(site) ->
          new Phase.Minifying(parts, Sorted.with(declined, site));
      case Phase.Publishing _ when Requests.open(draft.run(), site) -> {
        draft.end(Phase.Ended.Outcome.FAILED, "publish:" + code);
        yield draft.phase;
      }
      case Phase.Training training -> {
        boolean current =
            message.getRound() == training.round() && message.getAttempt() == training.attempt();
        yield switch (reason) {
          case NONFINITE, STORAGE -> current ? training.without(site) : null;
          default -> draft.leave(site, code);
        };
      }
      default -> draft.leave(site, code);
    };
  }
}
