package org.syncyte.hub.access;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request as the repository's owners see it.
///
/// @param email null if access was granted unasked, or the account names none
public record AccessView(
    long key,
    String user,
    String fullname,
    @Nullable String email,
    AccessStatus status,
    Instant at,
    Map<String, Object> fields,
    @Nullable String reason) {}
