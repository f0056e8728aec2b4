package org.syncyte.hub.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Revision;

/// What agents reported of models that they ran, and which models wait for one.
@ApplicationScoped
class NativeProofs {
  static final String NAME = "native";
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<List<NativeProof.Comparison>> COMPARISONS =
      new TypeReference<>() {};

  private final StatelessSession session;
  private final ObjectMapper json;

  NativeProofs(StatelessSession session, ObjectMapper json) {
    this.session = session;
    this.json = json;
  }

  /// A newest commit on main that was not proved since.
  record Waiting(long repo, String commit) {}

  private record Row(
      String outcome,
      String summary,
      String files,
      String software,
      String comparisons,
      String agent,
      Instant at) {}

  /// Those with a `model.pt` whose last report is older than `before` or missing, by repository.
  @Transactional
  List<Waiting> waiting(Instant before, long after, int limit) {
    return session
        .createNativeQuery(
            """
            select r.id, r.head from repo r
            join commit c on c.repo_id = r.id and c.oid = r.head
            join tree_entry e on e.repo_id = r.id and e.tree = c.tree and e.path = :model
            left join native_proof p on p.repo_id = r.id and p.commit = r.head
            where r.id > :after and not r.disabled and (p.at is null or p.at < :before)
            order by r.id limit :limit
            """,
            Waiting.class)
        .setParameter("model", Subject.MODEL)
        .setParameter("after", after)
        .setParameter("before", before)
        .setParameter("limit", limit)
        .getResultList();
  }

  @Transactional
  Optional<NativeProof> of(Revision revision) {
    return session
        .createNativeQuery(
            "select outcome, summary, files, software, comparisons, agent, at from native_proof"
                + " where repo_id = :repo and commit = :commit",
            Row.class)
        .setParameter("repo", revision.repo().key())
        .setParameter("commit", revision.commit())
        .getResultList()
        .stream()
        .findFirst()
        .map(row ->
            new NativeProof(
                NativeProof.Outcome.valueOf(row.outcome()),
                row.summary(),
                read(row.files(), TEXTS),
                read(row.software(), TEXTS),
                read(row.comparisons(), COMPARISONS),
                row.agent(),
                row.at()));
  }

  /// The report as a check among the others; null where there is no model to run.
  @Transactional
  @Nullable CheckResult check(Revision revision) {
    var proof = of(revision);
    if (proof.isPresent()) {
      return proof.get().check();
    }
    boolean model =
        session
                .createNativeQuery(
                    "select count(*) from tree_entry where repo_id = :repo and tree = :tree and"
                        + " path = :model",
                    Long.class)
                .setParameter("repo", revision.repo().key())
                .setParameter("tree", revision.tree())
                .setParameter("model", Subject.MODEL)
                .getSingleResult()
            > 0;
    return model ? CheckResult.skipped(NAME, "No agent has run the model itself yet.") : null;
  }

  @Transactional
  void keep(Revision revision, NativeProof proof) {
    session
        .createNativeMutationQuery(
            """
            insert into native_proof (repo_id, commit, outcome, summary, files, software, comparisons, agent, at)
            values (:repo, :commit, :outcome, :summary, :files, :software, :comparisons, :agent, :at)
            on conflict (repo_id, commit) do update set outcome = excluded.outcome, summary = excluded.summary,
              files = excluded.files, software = excluded.software, comparisons = excluded.comparisons,
              agent = excluded.agent, at = excluded.at
            """)
        .setParameter("repo", revision.repo().key())
        .setParameter("commit", revision.commit())
        .setParameter("outcome", proof.outcome().name())
        .setParameter("summary", proof.summary())
        .setParameter("files", write(proof.files()))
        .setParameter("software", write(proof.software()))
        .setParameter("comparisons", write(proof.comparisons()))
        .setParameter("agent", proof.agent())
        .setParameter("at", proof.at())
        .executeUpdate();
  }

  private String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private <T> T read(String text, TypeReference<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a stored proof is not readable", broken);
    }
  }
}
