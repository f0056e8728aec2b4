package org.syncyte.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files of a folder at one revision.
///
/// @param crumbs the folders above, outermost first
/// @param revisions branches and tags to switch to
public record FilesView(
    ModelHead head, List<Link> crumbs, List<Entry> entries, List<Link> revisions, long size) {
  public FilesView {
    crumbs = List.copyOf(crumbs);
    entries = List.copyOf(entries);
    revisions = List.copyOf(revisions);
  }

  /// @param hash SHA-256 of the content, or the git id of a small file; null for a folder
  /// @param hashKind `sha256` or `git`
  /// @param download address of the bytes, null for a folder
  /// @param alarm what a reader must know before downloading, or null
  public record Entry(
      String name,
      String href,
      boolean folder,
      long size,
      @Nullable String hash,
      String hashKind,
      @Nullable String download,
      @Nullable String message,
      @Nullable Instant changed,
      @Nullable String alarm) {
    public String sizeText() {
      return folder ? "" : Figures.bytes(size);
    }

    public String shortHash() {
      return hash == null ? "" : hash.substring(0, Math.min(12, hash.length()));
    }

    public @Nullable String day() {
      return changed == null ? null : Figures.day(changed);
    }
  }

  public String sizeText() {
    return Figures.bytes(size);
  }
}
