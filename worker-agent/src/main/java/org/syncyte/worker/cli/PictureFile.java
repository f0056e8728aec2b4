package org.syncyte.worker.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.syncyte.worker.folder.Durable;

/// Where pictures go.
final class PictureFile {
  private PictureFile() {}

  /// Refuses a name that is not an SVG's, before any work is done.
  static void check(Path target) {
    if (!target.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".svg")) {
      throw new IllegalArgumentException(
          "%s: pictures are written as .svg; a browser turns them into other formats"
              .formatted(target));
    }
  }

  static void write(Path target, String svg) {
    Durable.write(target, svg.getBytes(StandardCharsets.UTF_8));
  }

  /// The same place, with a word before the ending.
  static Path of(Path target, String word) {
    var name = target.getFileName().toString();
    var stem = name.substring(0, name.length() - ".svg".length());
    return target.resolveSibling(stem + "-" + word.replaceAll("[^\\p{L}\\p{N}_.-]+", "_") + ".svg");
  }
}
