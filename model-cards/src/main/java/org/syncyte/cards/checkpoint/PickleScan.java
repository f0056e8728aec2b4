package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the pickle of a weights file would make Python import, name by name. A hub shows it, and
/// keeps a file with a dangerous finding from being handed out.
///
/// @param findings every mention of a class or function, in file order
public record PickleScan(List<Finding> findings) {
  /// @param offset byte of the pickle right after the mention
  public record Finding(String module, String name, int offset, GlobalPolicy verdict) {}

  public PickleScan {
    findings = List.copyOf(findings);
  }

  /// The worst verdict of all findings.
  public GlobalPolicy verdict() {
    var worst = GlobalPolicy.ALLOWED;
    for (var finding : findings) {
      if (finding.verdict.compareTo(worst) > 0) {
        worst = finding.verdict;
      }
    }
    return worst;
  }

  /// What a file that anyone may have uploaded would do to a Python user.
  ///
  /// Python runs a pickle step by step, so what stands before a broken step has been run by then:
  /// the names found so far count. An archive that is refused is dangerous by itself, since another
  /// reader may see in it what this one does not; a file that is no archive and cannot be followed
  /// is unknown.
  ///
  /// @param problem why the file could not be followed to its end, or null
  public record Inspection(GlobalPolicy verdict, List<Finding> findings, @Nullable String problem) {
    public Inspection {
      findings = List.copyOf(findings);
    }
  }

  /// Scans a file and holds what cannot be followed against it; nothing about its content throws.
  public static Inspection inspect(Path file) throws IOException {
    try (var source = Source.of(file)) {
      return inspect(source);
    }
  }

  /// The same for bytes in memory.
  public static Inspection inspect(byte[] bytes) {
    try {
      return inspect(Source.of(bytes));
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  private static Inspection inspect(Source source) throws IOException {
    var mentions = new ArrayList<PickleReader.Mention>();
    String problem = null;
    boolean archive = zip(source);
    try {
      var budget = TorchArchive.budget(source);
      PickleReader.mentions(pickle(source, budget), budget, mentions);
    } catch (CheckpointException e) {
      problem = String.valueOf(e.getMessage());
    }
    var scan = new PickleScan(findings(mentions));
    var verdict = scan.verdict();
    if (problem != null) {
      var doubt = archive ? GlobalPolicy.DANGEROUS : GlobalPolicy.UNKNOWN;
      verdict = verdict.compareTo(doubt) > 0 ? verdict : doubt;
    }
    return new Inspection(verdict, scan.findings(), problem);
  }

  private static boolean zip(Source source) throws IOException {
    return source.size() >= 2 && source.read(0, 2).getShort() == (short) 0x4b50;
  }

  private static ByteBuffer pickle(Source source, Budget budget) throws IOException {
    if (zip(source)) {
      var archive = TorchArchive.open(source);
      return TorchArchive.pickle(archive, TorchArchive.folder(archive), budget);
    }
    TorchArchive.checkPickle(source.size());
    budget.take(source.size(), "the pickle");
    return source.read(0, source.size());
  }

  private static List<Finding> findings(List<PickleReader.Mention> mentions) {
    return mentions.stream()
        .map(mention ->
            new Finding(
                mention.module(),
                mention.name(),
                mention.offset(),
                GlobalPolicy.of(mention.module(), mention.name())))
        .toList();
  }

  /// Scans `model.pt`, or a bare pickle such as `attr.pkl`.
  ///
  /// @throws CheckpointException if the file is too damaged to be followed
  public static PickleScan of(Path file) throws IOException {
    try (var source = Source.of(file)) {
      return of(source);
    }
  }

  /// @throws CheckpointException if the bytes are too damaged to be followed
  public static PickleScan of(byte[] bytes) {
    try {
      return of(Source.of(bytes));
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  private static PickleScan of(Source source) throws IOException {
    var budget = TorchArchive.budget(source);
    return new PickleScan(findings(PickleReader.mentions(pickle(source, budget), budget)));
  }
}
