package org.syncyte.hub.repo;

/// One line of a commit. Content is in the blob store before the commit begins.
public sealed interface Operation {
  String path();

  /// Content that came with the commit.
  record PutFile(String path, String sha256, long size) implements Operation {}

  /// A large file uploaded before, or already held by this repository.
  record PutLarge(String path, String sha256) implements Operation {}

  record DeleteFile(String path) implements Operation {}

  record DeleteFolder(String path) implements Operation {}
}
