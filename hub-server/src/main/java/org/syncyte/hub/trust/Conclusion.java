package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import org.syncyte.hub.repo.Labels;

/// The end of a run: its verdict and the tags that follow from it become visible together.
///
/// An agent's report may arrive at the same moment. Both lock the repository first. So either the
/// report is seen here, or it finds the run done and queues it again; a tag never praises what a
/// report condemns.
@ApplicationScoped
class Conclusion {
  private final CheckRuns runs;
  private final NativeProofs proofs;
  private final Facts facts;
  private final Labels labels;

  Conclusion(CheckRuns runs, NativeProofs proofs, Facts facts, Labels labels) {
    this.runs = runs;
    this.proofs = proofs;
    this.facts = facts;
    this.labels = labels;
  }

  /// @param worst the worst verdict of the hub's own checks
  @Transactional(rollbackOn = IOException.class)
  void draw(long run, Subject subject, Verdict worst) throws IOException {
    if (!labels.lock(subject.revision())) {
      return;
    }
    var proved = proofs.check(subject.revision());
    facts.keep(subject, proved == null ? worst : worst.or(proved.verdict()));
    runs.done(run, worst);
  }
}
