package org.syncyte.web;

import org.jspecify.annotations.Nullable;

/// Signing in.
///
/// @param next where to go afterwards
/// @param problem why it did not work, or null
/// @param elsewhere the identity provider that can vouch for people, or null
public record LoginPage(
    Hub hub, String user, String next, @Nullable String problem, @Nullable String elsewhere) {}
