package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    ByteBuffer pickle;
    if (source.size() >= 2 && source.read(0, 2).getShort() == (short) 0x4b50) {
      var archive = TorchArchive.open(source);
      pickle = TorchArchive.pickle(archive, TorchArchive.folder(archive), budget);
    } else {
      budget.take(source.size(), "the pickle");
      pickle = source.read(0, source.size());
    }
    var findings = new ArrayList<Finding>();
    for (var mention : PickleReader.mentions(pickle, budget)) {
      var verdict = GlobalPolicy.of(mention.module(), mention.name());
      findings.add(new Finding(mention.module(), mention.name(), mention.offset(), verdict));
    }
    return new PickleScan(findings);
  }
}
