package org.syncyte.worker.prove;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.syncyte.worker.hub.Digests;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.HubException;
import org.syncyte.worker.hub.HubProofs;
import org.syncyte.worker.hub.HubProofs.Wanted;
import org.syncyte.worker.hub.Progress;

/// Proves what a hub asks to be proved, one model after the other: downloads, runs, reports,
/// forgets.
///
/// A commit that cannot be downloaded is left out and named; it does not keep the others waiting,
/// and is tried again after the time after which any proof is made again.
public final class Prover {
  private final HubClient client;
  private final HubProofs proofs;
  private final Path work;
  private final String version;
  private final long largest;
  private final Map<String, Long> left = new HashMap<>();

  /// Hears what comes out.
  public interface Listener {
    void reported(Wanted commit, Report report);

    void left(Wanted commit, String why);
  }

  /// @param work folder for downloads; each is removed when it was run
  /// @param largest models with more bytes than this are not downloaded
  public Prover(HubClient client, HubProofs proofs, Path work, String version, long largest) {
    this.client = client;
    this.proofs = proofs;
    this.work = work;
    this.version = version;
    this.largest = largest;
  }

  /// Proves all that the hub asks for now.
  ///
  /// @param age proofs that are older are made again
  /// @return how many reports were handed in
  public int pass(Duration age, Listener listener, BooleanSupplier stop) throws IOException {
    int reports = 0;
    for (var commit : proofs.wanted(age)) {
      if (stop.getAsBoolean()) {
        break;
      }
      var since = left.get(commit.commit());
      if (since != null && System.nanoTime() - since < age.toNanos()) {
        continue;
      }
      try {
        var report = prove(commit);
        proofs.report(commit, report);
        left.remove(commit.commit());
        listener.reported(commit, report);
        reports++;
      } catch (HubException | UncheckedIOException | IllegalStateException refused) {
        if (refused instanceof HubException lost && lost.status() == 0) {
          throw refused;
        }
        left.put(commit.commit(), System.nanoTime());
        listener.left(commit, String.valueOf(refused.getMessage()));
      }
    }
    return reports;
  }

  private Report prove(Wanted commit) throws IOException {
    var files =
        client.tree(commit.repo(), commit.commit()).stream()
            .filter(file -> NativeRun.FILES.contains(file.path()))
            .toList();
    long bytes = files.stream().mapToLong(HubClient.Entry::size).sum();
    if (bytes > largest) {
      return new Report(
          1,
          Report.Outcome.SKIPPED,
          "The model has %,d bytes, more than this agent takes.".formatted(bytes),
          Map.of(),
          Map.of("syncyte", version),
          List.of());
    }
    Files.createDirectories(work);
    var folder = Files.createTempDirectory(work, "model");
    try {
      var hashes = new TreeMap<String, String>();
      for (var file : files) {
        var target = folder.resolve(file.path());
        client.download(commit.repo(), commit.commit(), file.path(), target, Progress.SILENT);
        hashes.put(file.path(), Digests.hex(Digests.sha256(target)));
      }
      return NativeRun.of(folder, hashes, version);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
