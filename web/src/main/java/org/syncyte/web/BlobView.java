package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file at one revision.
///
/// @param text its text, or null if it is binary or too long to show
/// @param hashes name and value of each hash
public record BlobView(
    ModelHead head,
    List<Link> crumbs,
    String name,
    long size,
    List<Fact> hashes,
    String download,
    @Nullable String text) {
  public BlobView {
    crumbs = List.copyOf(crumbs);
    hashes = List.copyOf(hashes);
  }

  public String sizeText() {
    return Figures.bytes(size);
  }
}
