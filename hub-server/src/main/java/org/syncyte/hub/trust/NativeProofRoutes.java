package org.syncyte.hub.trust;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.account.Role;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.repo.Labels;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// Agents report here what came out when they ran a model. Only tokens of the role `PROVE` may,
/// which administrators issue: who publishes a model cannot vouch for it.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class NativeProofRoutes {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private final NativeProofs proofs;
  private final CheckRuns runs;
  private final Repos repos;
  private final Revisions revisions;
  private final Labels labels;
  private final Audit audit;
  private final CurrentCaller current;

  NativeProofRoutes(
      NativeProofs proofs,
      CheckRuns runs,
      Repos repos,
      Revisions revisions,
      Labels labels,
      Audit audit,
      CurrentCaller current) {
    this.proofs = proofs;
    this.runs = runs;
    this.repos = repos;
    this.revisions = revisions;
    this.labels = labels;
    this.audit = audit;
    this.current = current;
  }

  /// What is known of a commit; outcome null if nobody has run it.
  public record State(
      String commit, NativeProof.@Nullable Outcome outcome, @Nullable NativeProof proof) {}

  @GET
  @Path("native-proof/{revision}")
  public State state(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision) {
    var repo = repos.readFiles(new RepoId(namespace, name), current.caller());
    var found = revisions.resolve(repo, revision);
    var proof = proofs.of(found).orElse(null);
    return new State(found.commit(), proof == null ? null : proof.outcome(), proof);
  }

  @POST
  @Path("native-proof/{commit}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Transactional(dontRollbackOn = HubException.class)
  public State report(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("commit") String commit,
      InputStream body)
      throws IOException {
    var agent = current.caller().require(Role.PROVE);
    var repo = repos.readFiles(new RepoId(namespace, name), agent);
    if (!COMMIT.matcher(commit).matches()) {
      throw new HubException(
          ErrorCode.REVISION_NOT_FOUND, "A proof is of a commit, by its whole id: " + commit);
    }
    var revision = revisions.resolve(repo, commit);
    byte[] bytes = body.readNBytes(NativeReport.MAX_BYTES + 1);
    if (bytes.length > NativeReport.MAX_BYTES) {
      throw new HubException(
          ErrorCode.TOO_BIG, "a report may have " + NativeReport.MAX_BYTES + " bytes");
    }
    var report = NativeReport.read(bytes);
    var entries = revisions.files(revision);
    for (var file : report.files().entrySet()) {
      var entry = entries.stream().filter(one -> one.path().equals(file.getKey())).findFirst();
      if (entry.isEmpty() || !file.getValue().equals(entry.get().sha256())) {
        throw new HubException(
            ErrorCode.UNPROCESSABLE,
            "The report speaks of another " + file.getKey() + " than the one in this commit");
      }
    }
    if (!labels.lock(revision)) {
      throw new HubException(ErrorCode.REPO_NOT_FOUND, "The repository was removed");
    }
    var before = proofs.of(revision).orElse(null);
    var proof = report.proof(agent.name(), Instant.now().truncatedTo(ChronoUnit.MILLIS));
    proofs.keep(revision, proof);
    boolean proved = proof.outcome() == NativeProof.Outcome.PROVED;
    var spoken = failed(proof) ? Set.of("proof", "status") : Set.of("proof");
    labels.replace(revision, spoken, proved ? List.of("proof:native") : List.of());
    if (failed(before) != failed(proof)) {
      runs.again(revision);
    }
    audit.record(
        agent.accountId(), "proof.report", repo.id() + "@" + commit, proof.outcome().name());
    return new State(revision.commit(), proof.outcome(), proof);
  }

  private static boolean failed(@Nullable NativeProof proof) {
    return proof != null && proof.outcome() == NativeProof.Outcome.FAILED;
  }
}
