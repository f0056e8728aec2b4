package org.syncyte.hub.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.StatelessSession;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.GlobalPolicy;
import org.syncyte.cards.checkpoint.PickleScan;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.RepoView;

/// The quarantine: every pickle is scanned before it is handed out, and a dangerous one is handed
/// to nobody but those who can replace it.
///
/// Python users execute what a pickle says. The scan follows it step by step and executes nothing.
/// Verdicts are kept by content, with the release of the rules that gave them.
@ApplicationScoped
public class FileScans {
  private static final Logger LOG = Logger.getLogger(FileScans.class);
  private static final TypeReference<List<FileScan.Name>> NAMES = new TypeReference<>() {};
  private static final Set<String> ENDINGS =
      Set.of("pt", "pth", "ckpt", "bin", "pkl", "pickle", "p", "dill", "joblib");
  private static final int MAX_NAMES = 500;

  /// Raise this when the rules change: older verdicts then count for nothing.
  private static final int POLICY = 1;

  private final StatelessSession session;
  private final BlobStore blobs;
  private final ObjectMapper json;
  private final TrustSettings settings;
  private final Cache<String, FileScan> known = Caffeine.newBuilder().maximumSize(20_000).build();

  FileScans(StatelessSession session, BlobStore blobs, ObjectMapper json, TrustSettings settings) {
    this.session = session;
    this.blobs = blobs;
    this.json = json;
    this.settings = settings;
  }

  /// Whether Python would unpickle a file of this name.
  public static boolean scannable(String path) {
    int dot = path.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(path.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /// Refuses a file that may not leave the hub, scanning it if that has not been done.
  ///
  /// @return a warning to send along, or null
  public @Nullable String guard(RepoView repo, EntryView file, Caller caller) {
    if (!scannable(file.path()) || file.size() == 0) {
      return null;
    }
    var scan = of(file);
    if (refused(scan, repo, caller)) {
      throw new HubException(ErrorCode.FORBIDDEN, file.path() + " " + words(scan, repo));
    }
    return scan.verdict() == GlobalPolicy.ALLOWED ? null : file.path() + ": " + scan.reason();
  }

  /// Why content that is asked for by its hash may not leave the hub, or null.
  public @Nullable String refusal(RepoView repo, String sha256, Caller caller) {
    for (var file : pickles(repo, sha256)) {
      var scan = of(file);
      if (refused(scan, repo, caller)) {
        return file.path() + " " + words(scan, repo);
      }
    }
    return null;
  }

  private boolean refused(FileScan scan, RepoView repo, Caller caller) {
    boolean bad =
        switch (scan.verdict()) {
          case ALLOWED -> false;
          case UNKNOWN -> settings.unknownPickles() == TrustSettings.Unknown.REFUSE;
          case DANGEROUS -> true;
        };
    return bad && !caller.canWrite(repo.id().namespace());
  }

  private static String words(FileScan scan, RepoView repo) {
    return "is quarantined: "
        + scan.reason()
        + ". Python would run it on loading; ask the owners of "
        + repo.id()
        + " for a clean copy";
  }

  @Transactional
  List<EntryView> pickles(RepoView repo, String sha256) {
    record Row(String path, String oid, long size, boolean lfs) {}
    return session
        .createNativeQuery(
            "select distinct on (path) path, oid, size, lfs from tree_entry where repo_id = :repo"
                + " and sha256 = :sha256",
            Row.class)
        .setParameter("repo", repo.key())
        .setParameter("sha256", sha256)
        .getResultList()
        .stream()
        .filter(row -> scannable(row.path()) && row.size() > 0)
        .map(row -> new EntryView(row.path(), false, row.oid(), sha256, row.size(), row.lfs()))
        .toList();
  }

  /// The verdict on a file's content.
  public FileScan of(EntryView file) {
    var scan = known.getIfPresent(file.content());
    if (scan == null) {
      scan = stored(file.content());
      if (scan == null) {
        scan = scanned(file);
        store(file.content(), scan);
      }
      known.put(file.content(), scan);
    }
    return scan;
  }

  /// The verdict if there is one already; null leaves it open.
  public @Nullable FileScan known(EntryView file) {
    var scan = known.getIfPresent(file.content());
    return scan != null ? scan : stored(file.content());
  }

  private FileScan scanned(EntryView file) {
    try {
      var inspection = PickleScan.inspect(blobs.path(file.content()));
      var names = new LinkedHashSet<FileScan.Name>();
      inspection.findings().stream()
          .sorted(java.util.Comparator.comparing(PickleScan.Finding::verdict).reversed())
          .map(found ->
              new FileScan.Name(shown(found.module()), shown(found.name()), found.verdict()))
          .forEach(names::add);
      var problem = inspection.problem();
      var scan =
          new FileScan(
              inspection.verdict(),
              names.stream().limit(MAX_NAMES).toList(),
              problem == null ? null : shown(problem));
      if (scan.dangerous()) {
        LOG.warnf("quarantined %s: %s", file.content(), scan.reason());
      }
      return scan;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String shown(String text) {
    var printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 300 ? printable.substring(0, 300) : printable;
  }

  @Transactional
  @Nullable FileScan stored(String sha256) {
    record Row(String verdict, String findings, @Nullable String problem) {}
    var rows =
        session
            .createNativeQuery(
                "select verdict, findings, problem from file_scan where sha256 = :sha256 and policy"
                    + " = :policy",
                Row.class)
            .setParameter("sha256", sha256)
            .setParameter("policy", POLICY)
            .getResultList();
    if (rows.isEmpty()) {
      return null;
    }
    var row = rows.getFirst();
    try {
      return new FileScan(
          GlobalPolicy.valueOf(row.verdict()),
          json.readValue(row.findings(), NAMES),
          row.problem());
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("stored scan of " + sha256, broken);
    }
  }

  @Transactional
  void store(String sha256, FileScan scan) {
    try {
      session
          .createNativeMutationQuery(
              """
              insert into file_scan (sha256, policy, verdict, findings, problem, scanned_at)
              values (:sha256, :policy, :verdict, :findings, :problem, :now)
              on conflict (sha256) do update set policy = excluded.policy, verdict = excluded.verdict,
                findings = excluded.findings, problem = excluded.problem, scanned_at = excluded.scanned_at
              """)
          .setParameter("sha256", sha256)
          .setParameter("policy", POLICY)
          .setParameter("verdict", scan.verdict().name())
          .setParameter("findings", json.writeValueAsString(scan.names()))
          .setParameter("problem", scan.problem(), String.class)
          .setParameter("now", Instant.now())
          .executeUpdate();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A file's verdict as the Hub protocol tells it; null for files that are no pickles.
  public @Nullable Map<String, Object> status(EntryView file) {
    if (file.directory()) {
      return null;
    }
    if (!scannable(file.path())) {
      return status("safe", null, List.of());
    }
    var scan = known(file);
    return scan == null
        ? status("queued", null, List.of())
        : status(word(scan.verdict()), scan.problem(), scan.names());
  }

  /// The verdict on all files of a revision, as the Hub protocol tells it.
  public Map<String, Object> status(List<EntryView> files) {
    var issues = new java.util.ArrayList<Map<String, String>>();
    boolean done = true;
    for (var file : files) {
      if (!file.directory() && scannable(file.path()) && file.size() > 0) {
        var scan = known(file);
        if (scan == null) {
          done = false;
        } else if (scan.verdict() != GlobalPolicy.ALLOWED) {
          issues.add(Map.of("path", file.path(), "level", word(scan.verdict())));
        }
      }
    }
    return Map.of("scansDone", done, "filesWithIssues", issues);
  }

  /// The word for a verdict in the Hub protocol.
  public static String word(GlobalPolicy verdict) {
    return switch (verdict) {
      case ALLOWED -> "safe";
      case UNKNOWN -> "suspicious";
      case DANGEROUS -> "unsafe";
    };
  }

  private static Map<String, Object> status(
      String word, @Nullable String problem, List<FileScan.Name> names) {
    var imports =
        names.stream()
            .map(name ->
                Map.<String, Object>of(
                    "module",
                    name.module(),
                    "name",
                    name.name(),
                    "safety",
                    switch (name.verdict()) {
                      case ALLOWED -> "innocuous";
                      case UNKNOWN -> "suspicious";
                      case DANGEROUS -> "dangerous";
                    }))
            .toList();
    var pickle = new java.util.LinkedHashMap<String, @Nullable Object>();
    pickle.put("status", word);
    pickle.put("pickleImports", imports);
    pickle.put("message", problem);
    var status = new java.util.LinkedHashMap<String, Object>();
    status.put("status", word);
    status.put("avScan", Map.of("status", "skipped"));
    status.put("pickleImportScan", pickle);
    return status;
  }
}
