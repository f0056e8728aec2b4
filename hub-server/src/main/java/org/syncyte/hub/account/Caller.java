package org.syncyte.hub.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Who asks, and how far the token reaches. Anonymous callers have no account.
public sealed interface Caller {
  /// Nobody in particular: reads what is public.
  record Anonymous() implements Caller {}

  /// An account, acting through one of its tokens.
  ///
  /// @param places the namespaces and repositories that the token is good for; empty for all
  record Known(
      long accountId,
      String name,
      String fullname,
      Role role,
      String tokenLabel,
      Instant tokenCreatedAt,
      List<Membership> memberships,
      List<String> places)
      implements Caller {
    public Known {
      memberships = List.copyOf(memberships);
      places = List.copyOf(places);
    }

    /// The namespaces that the account belongs to, besides its own.
    public List<String> namespaces() {
      return memberships.stream().map(Membership::namespace).toList();
    }

    /// Refuses a token that was made for some places only.
    public Known requireWhole() {
      if (!places.isEmpty()) {
        throw new HubException(
            ErrorCode.FORBIDDEN, "This token is good for some repositories only, not for this");
      }
      return this;
    }

    public boolean administers(String namespace) {
      return role == Role.ADMIN || holds(namespace, MemberRole.ADMIN);
    }

    /// True if the token is good for this place, whoever may go there.
    public boolean reaches(String namespace, String repo) {
      String id = namespace + "/" + repo;
      return places.isEmpty()
          || places.stream()
              .anyMatch(place -> place.equalsIgnoreCase(namespace) || place.equalsIgnoreCase(id));
    }

    private boolean holds(String namespace, MemberRole needed) {
      return namespace.equalsIgnoreCase(name)
          || memberships.stream()
              .anyMatch(member ->
                  member.namespace().equalsIgnoreCase(namespace) && member.role().includes(needed));
    }
  }

  /// A namespace that an account belongs to, and what it may do there.
  record Membership(String namespace, MemberRole role) {}

  /// True if everything in the namespace may be read.
  default boolean canRead(String namespace) {
    return canRead(namespace, "");
  }

  /// True if this repository may be read even if it is private.
  default boolean canRead(String namespace, String repo) {
    return this instanceof Known known
        && known.reaches(namespace, repo)
        && (known.role() == Role.ADMIN || known.holds(namespace, MemberRole.READ));
  }

  /// True if everything in the namespace may be changed, and more be added.
  default boolean canWrite(String namespace) {
    return canWrite(namespace, "");
  }

  default boolean canWrite(String namespace, String repo) {
    return this instanceof Known known
        && known.role().includes(Role.WRITE)
        && known.reaches(namespace, repo)
        && (known.role() == Role.ADMIN || known.holds(namespace, MemberRole.WRITE));
  }

  /// The account if the token has at least this role, else the refusal.
  default Known require(Role role) {
    return switch (this) {
      case Anonymous _ ->
          throw new HubException(
              ErrorCode.TOKEN_NEEDED, "This needs a token: send Authorization: Bearer <token>");
      case Known known when !known.role().includes(role) ->
          throw new HubException(
              ErrorCode.FORBIDDEN,
              "This needs a token with role " + role + "; this one has role " + known.role());
      case Known known -> known;
    };
  }

  default @Nullable Long accountOrNull() {
    return this instanceof Known known ? known.accountId() : null;
  }
}
