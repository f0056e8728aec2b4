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
  record Known(
      long accountId,
      String name,
      String fullname,
      Role role,
      String tokenLabel,
      Instant tokenCreatedAt,
      List<String> namespaces)
      implements Caller {
    public Known {
      namespaces = List.copyOf(namespaces);
    }

    boolean belongsTo(String namespace) {
      return namespace.equalsIgnoreCase(name)
          || namespaces.stream().anyMatch(namespace::equalsIgnoreCase);
    }
  }

  default boolean canRead(String namespace) {
    return this instanceof Known known
        && (known.role() == Role.ADMIN || known.belongsTo(namespace));
  }

  default boolean canWrite(String namespace) {
    return this instanceof Known known
        && known.role().includes(Role.WRITE)
        && (known.role() == Role.ADMIN || known.belongsTo(namespace));
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
