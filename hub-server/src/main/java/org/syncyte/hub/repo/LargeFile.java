package org.syncyte.hub.repo;

import java.time.Instant;

/// Large content somewhere in a repository's history: one of its names, and its first commit.
public record LargeFile(String sha256, String path, Instant since, long size) {}
