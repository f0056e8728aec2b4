package org.syncyte.federation.round;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.syncyte.federation.Blob;
import org.syncyte.federation.RunSpec;
import org.syncyte.federation.aggregate.Validation;
import org.syncyte.federation.message.Envelope;
import org.syncyte.federation.message.RoundFailed;
import org.syncyte.federation.round.Answers.Contract;
import org.syncyte.federation.round.Answers.Offer;
import org.syncyte.federation.round.Answers.Report;
import org.syncyte.federation.round.Answers.Update;
import org.syncyte.federation.vocabulary.Vocabulary;

/// The course of one run through its phases, during one step.
///
/// A phase that waits for sites goes on when nobody is missing, or at its deadline with those who
/// came, if they are enough. Those who stayed silent in the negotiation are out of the run; those
/// who missed a round may deliver to the next. A phase that waits for the coordinator's own work
/// has a generous deadline, so that a run stops in a named state rather than never.
final class Course {
  private static final long SECOND = 1000;
  private static final long COMPUTING_MS = 3600 * SECOND;
  private static final long LONGEST_MS = 24 * 3600 * SECOND;
  private static final int PUBLISH_SECONDS = 600;
  private static final int MISSES = 2;
  private static final int REJECTIONS = 4;

  private final Transition step;
  private final RunSpec spec;
  private final TreeMap<String, Offer> sites;
  private final TreeMap<String, String> out;
  private final TreeMap<String, Contract> contracts;
  private final TreeMap<String, Integer> missed;
  private final List<Run.Round> rounds;
  private final long declaredMs;
  private Phase phase;
  private long phaseMs;
  private long deadlineMs;
  private @Nullable Blob genes;
  private @Nullable Blob manifest;
  private @Nullable Blob layout;
  private @Nullable Blob model;
  private int rejections;

  Course(Transition step, Run run) {
    this.step = step;
    spec = run.spec();
    phase = run.phase();
    declaredMs = run.declaredMs();
    phaseMs = run.phaseMs();
    deadlineMs = run.deadlineMs();
    sites = new TreeMap<>(run.sites());
    out = new TreeMap<>(run.out());
    contracts = new TreeMap<>(run.contracts());
    missed = new TreeMap<>(run.missed());
    rounds = new ArrayList<>(run.rounds());
    genes = run.genes();
    manifest = run.manifest();
    layout = run.layout();
    model = run.model();
    rejections = run.rejections();
  }

  Course(Transition step, RunSpec spec) {
    this(step, Run.begin(spec, step.now()));
  }

  private Run run() {
    return new Run(
        spec,
        phase,
        declaredMs,
        phaseMs,
        deadlineMs,
        sites,
        out,
        genes,
        manifest,
        layout,
        model,
        contracts,
        missed,
        rejections,
        rounds);
  }

  void begin() {
    enter(phase, spec.negotiationSeconds() * SECOND);
  }

  /// Enters a phase and puts its question. A round's clock runs on while updates are summed.
  private void enter(Phase next, long lastingMs) {
    phase = next;
    phaseMs = next instanceof Phase.Aggregating ? phaseMs : step.now();
    deadlineMs = step.now() + lastingMs;
    Run run = run();
    step.put(run);
    Message request = Requests.of(run, step.now());
    if (request != null && next instanceof Phase.Publishing) {
      step.send(known(spec.publish()).publisher(), run, request);
    } else if (request != null) {
      step.broadcast(run, request);
    }
  }

  private void enter(Phase next) {
    enter(next, spec.phaseSeconds() * SECOND);
  }

  private void compute(Phase next) {
    enter(next, COMPUTING_MS);
  }

  /// Stays in the phase with more answers.
  private void stay(Phase same) {
    phase = same;
    advance();
  }

  private static <T> T known(@Nullable T value) {
    return Transition.known(value);
  }

  /// Puts the phase's question again to one site that has not answered it.
  void remind(String site) {
    missed.remove(site);
    Run run = run();
    step.put(run);
    Message request = Requests.of(run, step.now());
    if (request != null && Requests.open(run, site)) {
      step.send(site, run, request);
    }
  }

  // ---- what sites say
  // -----------------------------------------------------------------------------

  void receive(String site, Envelope message) {
    Phase next =
        switch (message.getBodyCase()) {
          case VOCABULARY_OFFER -> offer(site, message);
          case STAT_PART -> statPart(site, message);
          case CONTRACT_REPORT -> contract(site, message);
          case PLAIN_UPDATE -> update(site, message);
          case MINIFIED_PART -> minified(site, message);
          case PUBLISHED -> published(site, message);
          case DECLINE -> decline(site, message);
          case LEAVE -> leave(site, "left");
          default -> null;
        };
    if (next == null) {
      step.ignore();
    } else if (!(phase instanceof Phase.Ended)) {
      stay(next);
    }
  }

  private @Nullable Phase offer(String site, Envelope message) {
    var offer = message.getVocabularyOffer();
    Blob names = Transition.blob(offer.getGenes());
    if (!(phase instanceof Phase.Negotiating) || !Requests.open(run(), site) || names == null) {
      return null;
    }
    sites.put(
        site,
        new Offer(
            names,
            offer.getCells(),
            List.copyOf(offer.getBatchesList()),
            List.copyOf(offer.getLabelsList())));
    return phase;
  }

  private @Nullable Phase statPart(String site, Envelope message) {
    Blob sums = Transition.blob(message.getStatPart().getSums());
    if (sums == null || !Requests.open(run(), site)) {
      return null;
    }
    return switch (phase) {
      case Phase.Moments(var parts) -> new Phase.Moments(Sorted.with(parts, site, sums));
      case Phase.Clipping(var attempt, var moments, var bounds, var parts)
          when attempt == message.getAttempt() ->
          new Phase.Clipping(attempt, moments, bounds, Sorted.with(parts, site, sums));
      default -> null;
    };
  }

  private @Nullable Phase contract(String site, Envelope message) {
    var report = message.getContractReport();
    if (!(phase instanceof Phase.Agreeing(var reports)) || !Requests.open(run(), site)) {
      return null;
    }
    Blob derived = Transition.blob(report.getLayout());
    Blob initial = Transition.blob(report.getInitial());
    if (!report.getAccepted() || derived == null || initial == null) {
      return leave(site, "contract");
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
    if (!(phase
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
      step.send(site, run(), RoundFailed.newBuilder().setCode("refused:conflict").build());
      return new Phase.Training(
          round, attempt, members, fewer, gone, Sorted.with(refused, site, "conflict"));
    }
    if (!Requests.open(run(), site)) {
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
    return phase instanceof Phase.Minifying(var parts, var declined)
            && Requests.open(run(), site)
            && part != null
        ? new Phase.Minifying(Sorted.with(parts, site, part), declined)
        : null;
  }

  private @Nullable Phase published(String site, Envelope message) {
    if (!(phase instanceof Phase.Publishing) || !Requests.open(run(), site)) {
      return null;
    }
    var body = message.getPublished();
    end(Phase.Ended.Outcome.COMPLETED, "published", body.getRepo(), body.getCommit());
    return phase;
  }

  private @Nullable Phase decline(String site, Envelope message) {
    var reason = message.getDecline().getReason();
    String code = reason.name().toLowerCase(java.util.Locale.ROOT);
    return switch (phase) {
      case Phase.Minifying(var parts, var declined) when sites.containsKey(site) ->
          new Phase.Minifying(parts, Sorted.with(declined, site));
      case Phase.Publishing _ when Requests.open(run(), site) -> {
        end(Phase.Ended.Outcome.FAILED, "publish:" + code);
        yield phase;
      }
      case Phase.Training training -> {
        boolean current =
            message.getRound() == training.round() && message.getAttempt() == training.attempt();
        yield switch (reason) {
          case NONFINITE, STORAGE -> current ? training.without(site) : null;
          default -> leave(site, code);
        };
      }
      default -> leave(site, code);
    };
  }

  /// The site takes no part in the run any more.
  private @Nullable Phase leave(String site, String code) {
    if (out.putIfAbsent(site, code) != null) {
      return null;
    }
    sites.remove(site);
    if (phase instanceof Phase.Training training && training.roster().contains(site)) {
      return training.without(site);
    }
    return phase;
  }

  // ---- going on
  // -----------------------------------------------------------------------------------

  /// Goes on if nobody is missing.
  private void advance() {
    Run run = run();
    step.put(run);
    if (lost()) {
      return;
    }
    boolean complete =
        switch (phase) {
          case Phase.Negotiating() ->
              sites.size() >= spec.minSites()
                  && step.roster().keySet().stream().noneMatch(s -> Requests.open(run, s));
          case Phase.Moments(var parts) -> parts.keySet().containsAll(sites.keySet());
          case Phase.Clipping(var _, var moments, var _, var parts) ->
              parts.keySet().equals(moments.keySet())
                  || !sites.keySet().containsAll(moments.keySet());
          case Phase.Agreeing(var reports) -> reports.keySet().containsAll(sites.keySet());
          case Phase.Training training ->
              training.roster().stream().noneMatch(s -> Requests.open(run, s));
          case Phase.Minifying(var _, var _) ->
              sites.keySet().stream().noneMatch(s -> Requests.open(run, s));
          default -> false;
        };
    if (complete) {
      conclude();
    }
  }

  /// Ends the run if too few sites are left, or the one that must publish has gone.
  private boolean lost() {
    boolean early =
        switch (phase) {
          case Phase.Minifying _, Phase.Recording _, Phase.Publishing _, Phase.Ended _ -> false;
          default -> true;
        };
    if (early && spec.publish() != null && out.containsKey(spec.publish().publisher())) {
      end(Phase.Ended.Outcome.FAILED, "publisher");
      return true;
    }
    int possible =
        phase instanceof Phase.Negotiating ? step.roster().size() - out.size() : sites.size();
    boolean hopeless = !(phase instanceof Phase.Negotiating && step.open());
    if (early && hopeless && possible < spec.minSites()) {
      end(Phase.Ended.Outcome.FAILED, "quorum");
      return true;
    }
    return false;
  }

  /// The deadline has passed.
  void expire() {
    switch (phase) {
      case Phase.Negotiating() -> {
        for (String site : step.roster().keySet()) {
          if (!sites.containsKey(site)) {
            out.putIfAbsent(site, "silent");
          }
        }
      }
      case Phase.Moments(var parts) -> drop(parts);
      case Phase.Clipping(var _, var _, var _, var parts) -> drop(parts);
      case Phase.Agreeing(var reports) -> drop(reports);
      case Phase.Joining _,
          Phase.Bounding _,
          Phase.Selecting _,
          Phase.Checking _,
          Phase.Recording _ -> {
        end(Phase.Ended.Outcome.FAILED, "computation");
        return;
      }
      case Phase.Aggregating _ -> {
        retry("computation");
        return;
      }
      case Phase.Publishing(var attempt, var parts, var history) -> {
        if (attempt >= spec.maxAttempts()) {
          end(Phase.Ended.Outcome.FAILED, "publish:silent");
        } else {
          enter(new Phase.Publishing(attempt + 1, parts, history), publishMs());
        }
        return;
      }
      case Phase.Training _, Phase.Minifying _, Phase.Ended _ -> {}
    }
    step.put(run());
    if (phase instanceof Phase.Negotiating && sites.size() < spec.minSites()) {
      end(Phase.Ended.Outcome.FAILED, "quorum");
    } else if (!lost()) {
      conclude();
    }
  }

  private void drop(Map<String, ?> answered) {
    for (String site : List.copyOf(sites.keySet())) {
      if (!answered.containsKey(site)) {
        leave(site, "silent");
      }
    }
  }

  /// Leaves a phase that waited for sites.
  private void conclude() {
    switch (phase) {
      case Phase.Negotiating() -> {
        if (spec.publish() != null && !sites.containsKey(spec.publish().publisher())) {
          end(Phase.Ended.Outcome.FAILED, "publisher");
        } else {
          compute(new Phase.Joining());
        }
      }
      case Phase.Moments(var parts) ->
          compute(new Phase.Bounding(1, Sorted.only(parts, sites.keySet())));
      case Phase.Clipping(var attempt, var moments, var _, var parts) -> {
        if (sites.keySet().containsAll(moments.keySet())) {
          compute(new Phase.Selecting(moments, parts));
        } else {
          compute(new Phase.Bounding(attempt + 1, Sorted.only(moments, sites.keySet())));
        }
      }
      case Phase.Agreeing(var reports) -> agree(Sorted.only(reports, sites.keySet()));
      case Phase.Training training -> seal(training);
      case Phase.Minifying(var parts, var _) -> compute(new Phase.Recording(parts));
      default -> throw new IllegalStateException("nothing to conclude in " + phase);
    }
  }

  private void agree(SortedMap<String, Contract> reports) {
    var layouts = new HashSet<String>();
    var initials = new HashSet<String>();
    reports.forEach((_, report) -> {
      layouts.add(report.layout().sha256());
      initials.add(report.initial().sha256());
    });
    if (layouts.size() != 1 || initials.size() != 1) {
      end(Phase.Ended.Outcome.FAILED, layouts.size() != 1 ? "contract:layout" : "contract:initial");
      return;
    }
    contracts.putAll(reports);
    layout = reports.firstEntry().getValue().layout();
    model = reports.firstEntry().getValue().initial();
    compute(new Phase.Checking());
  }

  /// A task of the coordinator is done.
  void computed(Event.Result result) {
    switch (result) {
      case Event.Result.Failed(var code, var _) -> {
        if (phase instanceof Phase.Aggregating) {
          retry(code);
        } else {
          end(Phase.Ended.Outcome.FAILED, code);
        }
      }
      case Event.Result.Joined(var names, var count) -> {
        genes = names;
        if (Vocabulary.selects(spec, count)) {
          enter(new Phase.Moments(Sorted.copy(Map.of())));
        } else {
          compute(new Phase.Selecting(Sorted.copy(Map.of()), Sorted.copy(Map.of())));
        }
      }
      case Event.Result.Bounded(var bounds) -> {
        if (phase instanceof Phase.Bounding(var attempt, var moments)) {
          enter(new Phase.Clipping(attempt, moments, bounds, Sorted.copy(Map.of())));
          advance();
        }
      }
      case Event.Result.Selected(var document) -> {
        manifest = document;
        enter(new Phase.Agreeing(Sorted.copy(Map.of())));
      }
      case Event.Result.Checked() -> train(1, 1);
      case Event.Result.Aggregated aggregated -> {
        if (phase instanceof Phase.Aggregating aggregating) {
          commit(aggregating, aggregated);
        }
      }
      case Event.Result.Written(var history) -> {
        if (phase instanceof Phase.Recording(var parts)) {
          enter(new Phase.Publishing(1, parts, history), publishMs());
        }
      }
    }
  }

  private long publishMs() {
    return Math.max(PUBLISH_SECONDS, spec.phaseSeconds()) * SECOND;
  }

  // ---- rounds
  // -------------------------------------------------------------------------------------

  private void train(int round, int attempt) {
    List<String> roster =
        sites.keySet().stream().filter(s -> missed.getOrDefault(s, 0) < MISSES).toList();
    if (roster.size() < spec.minSites()) {
      roster = List.copyOf(sites.keySet());
    }
    enter(
        new Phase.Training(
            round,
            attempt,
            roster,
            Sorted.copy(Map.of()),
            Sorted.copy(List.of()),
            Sorted.copy(Map.of())),
        trainMs(roster));
  }

  /// A phase, and twice the longest training that a site expects.
  private long trainMs(List<String> roster) {
    double longest = 0;
    for (String site : roster) {
      Contract contract = contracts.get(site);
      if (contract != null) {
        double steps = Math.ceil((double) contract.cells() / spec.batchSize());
        longest = Math.max(longest, contract.secondsPerStep() * steps * spec.epochsPerRound());
      }
    }
    return (long) Math.min(LONGEST_MS, (spec.phaseSeconds() + 2 * longest) * SECOND);
  }

  private void seal(Phase.Training training) {
    for (String site : training.roster()) {
      if (training.updates().containsKey(site)) {
        missed.remove(site);
      } else {
        missed.merge(site, 1, Integer::sum);
      }
    }
    if (training.updates().size() < spec.required(training.roster().size())) {
      retry("quorum");
    } else {
      compute(
          new Phase.Aggregating(
              training.round(), training.attempt(), training.roster(), training.updates()));
    }
  }

  private void retry(String code) {
    Run run = run();
    int round = Requests.round(run);
    int attempt = Requests.attempt(run);
    step.broadcast(run, RoundFailed.newBuilder().setCode(code).build());
    if (attempt >= spec.maxAttempts() || rejections >= REJECTIONS) {
      end(Phase.Ended.Outcome.FAILED, code);
    } else {
      train(round, attempt + 1);
    }
  }

  private void commit(Phase.Aggregating at, Event.Result.Aggregated sum) {
    sum.refused()
        .forEach((site, code) ->
            step.send(site, run(), RoundFailed.newBuilder().setCode("refused:" + code).build()));
    if (sum.accepted().size() < spec.required(at.roster().size())) {
      retry("quorum");
      return;
    }
    if (!Validation.passes(sum.norm(), rounds.stream().map(Run.Round::norm).toList())) {
      rejections++;
      retry("diverged");
      return;
    }
    rejections = 0;
    Run.Round round = Outcomes.round(at, sum, known(model), phaseMs, step.now());
    model = sum.model();
    rounds.add(round);
    step.broadcast(run(), Outcomes.message(round, spec.rounds()));
    if (at.round() < spec.rounds()) {
      train(at.round() + 1, 1);
    } else if (spec.publish() == null) {
      end(Phase.Ended.Outcome.COMPLETED, "unpublished");
    } else {
      enter(
          new Phase.Minifying(Sorted.copy(Map.of()), Sorted.copy(List.of())),
          trainMs(List.copyOf(sites.keySet())));
      advance();
    }
  }

  // ---- the end
  // ------------------------------------------------------------------------------------

  void end(Phase.Ended.Outcome outcome, String code) {
    end(outcome, code, null, null);
  }

  private void end(
      Phase.Ended.Outcome outcome, String code, @Nullable String repo, @Nullable String commit) {
    var ended = new Phase.Ended(outcome, code, repo, commit);
    step.broadcast(run(), Outcomes.message(ended, model));
    phase = ended;
    phaseMs = step.now();
    deadlineMs = 0;
    step.put(run());
  }
}
