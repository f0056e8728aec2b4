package org.syncyte.worker.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.federation.Hashes;
import org.syncyte.federation.Ids;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;
import org.syncyte.worker.folder.Durable;

/// What the site keeps of one run: its declaration, its contract, the result of every local training,
/// and the columns that never leave.
///
///     spec.json  manifest.json  <round>-<model>.update  <round>-<model>.safetensors
///     <round>-<model>.private
final class RunFolder {
  private static final Pattern PRIVATE = Pattern.compile("(\\d{1,9})-[0-9a-f]+\\.private");

  private final Path folder;

  RunFolder(Path parent, String run) {
    this.folder = parent.resolve(Ids.check("run", run));
  }

  void keepSpec(RunSpec spec) {
    Durable.write(folder.resolve("spec.json"), spec.json());
  }

  /// @throws LostState if the run was never announced here
  RunSpec spec() {
    return RunSpec.parse(Durable.read(existing("spec.json")));
  }

  void keepManifest(byte[] bytes) {
    Durable.write(folder.resolve("manifest.json"), bytes);
  }

  /// @throws LostState if the contract was never announced here
  Manifest manifest() {
    return Manifest.parse(Durable.read(existing("manifest.json")));
  }

  byte[] manifestHash() {
    return Hashes.sha256(Durable.read(existing("manifest.json")));
  }

  /// A file of this run.
  Path file(String name) {
    return folder.resolve(name);
  }

  /// Name of a local training's results: they depend on the round and the model it started from.
  static String training(int round, String model) {
    return "%d-%s".formatted(round, model.substring(0, 16));
  }

  /// Own columns as the latest training before that round left them.
  Optional<StateDict> ownColumnsBefore(int round) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    record Kept(int round, Path file) {}
    try (var files = Files.list(folder)) {
      var kept =
          files
              .flatMap(file -> {
                var match = PRIVATE.matcher(file.getFileName().toString());
                return match.matches()
                    ? List.of(new Kept(Integer.parseInt(match.group(1)), file)).stream()
                    : List.<Kept>of().stream();
              })
              .filter(entry -> entry.round() < round)
              .max(Comparator.comparingInt(Kept::round).thenComparing(Kept::file));
      return kept.map(entry -> Safetensors.read(Durable.read(entry.file())));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("cannot list " + folder, e);
    }
  }

  private Path existing(String name) {
    var file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw new LostState(file);
    }
    return file;
  }

  /// The site was asked to go on with something that it has no record of.
  static final class LostState extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    LostState(Path file) {
      super(file + " is missing: the run was never announced here, or the folder was emptied");
    }
  }
}
