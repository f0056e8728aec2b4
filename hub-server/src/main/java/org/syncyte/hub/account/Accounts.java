package org.syncyte.hub.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.audit.Audit;

/// Users, their tokens, and who may write where.
///
/// An account writes in the namespace of its own name and in those it is a member of. A namespace
/// that nobody has yet belongs to the first account that creates a repository in it.
@ApplicationScoped
public class Accounts {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?");
  private final AccountRepository store;
  private final Vault vault;
  private final Audit audit;

  Accounts(AccountRepository store, Vault vault, Audit audit) {
    this.store = store;
    this.vault = vault;
    this.audit = audit;
  }

  /// An account as others see it.
  public record AccountView(
      String name, String fullname, boolean admin, Instant createdAt, List<String> namespaces) {}

  /// A token without its secret.
  public record TokenView(
      long id, String label, Role role, Instant createdAt, @Nullable Instant expiresAt) {}

  /// A new token; the only time its secret is shown.
  public record IssuedToken(long id, String token, String label, Role role) {}

  @Transactional
  public Caller authenticate(@Nullable String authorization) {
    if (authorization == null || authorization.isBlank()) {
      return new Caller.Anonymous();
    }
    var words = authorization.strip().split("\\s+", 2);
    if (words.length < 2 || !words[0].toLowerCase(Locale.ROOT).equals("bearer")) {
      throw badToken();
    }
    byte[] hash = Secret.hash(words[1]);
    var token = store.token(hash).orElseThrow(Accounts::badToken);
    if (!MessageDigest.isEqual(hash, token.hash)
        || (token.expiresAt != null && token.expiresAt.isBefore(Instant.now()))) {
      throw badToken();
    }
    return known(token.accountId, token.role, token.label, token.createdAt);
  }

  /// A token that signs requests instead of going along with them.
  public record Signer(Caller.Known caller, String secret) {}

  /// The token with this number, unless it was revoked, has expired, or is older than signing.
  @Transactional
  public Optional<Signer> signer(long tokenId) {
    return store
        .tokenNumbered(tokenId)
        .filter(token -> token.expiresAt == null || token.expiresAt.isAfter(Instant.now()))
        .flatMap(token ->
            store
                .secret(tokenId)
                .map(secret ->
                    new Signer(
                        known(token.accountId, token.role, token.label, token.createdAt),
                        vault.open(secret.sealed))));
  }

  /// The account behind a permission that the hub itself gave out, with no more than this role.
  @Transactional
  public Caller.Known acting(long accountId, Role role, String label, Instant since) {
    return known(accountId, role, label, since);
  }

  private Caller.Known known(long accountId, Role given, String label, Instant since) {
    var account = store.account(accountId).orElseThrow(Accounts::badToken);
    var role = given == Role.ADMIN && !account.admin ? Role.WRITE : given;
    return new Caller.Known(
        accountId, account.name, account.fullname, role, label, since, namespaces(accountId));
  }

  @Transactional
  public AccountView create(String name, String fullname, boolean admin, Caller.Known author) {
    if (!NAME.matcher(name).matches() || name.contains("--") || name.contains("..")) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "user name '" + name + "': use letters, digits, '.', '_' and single '-'");
    }
    if (store.named(name).isPresent() || !store.members(name).isEmpty()) {
      throw new HubException(ErrorCode.EXISTS, "the name '" + name + "' is taken");
    }
    store.insert(new Account(name, fullname, admin, now()));
    record(author, "account.create", account(name), admin ? "administrator" : "");
    return view(account(name));
  }

  @Transactional
  public void delete(String name, Caller.Known author) {
    record(author, "account.delete", account(name), "");
    store.delete(account(name));
  }

  @Transactional
  public List<AccountView> list() {
    return store.accounts().stream().map(this::view).toList();
  }

  @Transactional
  public IssuedToken issue(
      String name, String label, Role role, @Nullable Duration life, Caller.Known author) {
    record(author, "token.issue", account(name), role.name());
    return store(name, label, role, life, Secret.draw());
  }

  @Transactional
  public List<TokenView> tokens(String name) {
    return store.tokens(id(account(name))).stream()
        .map(token ->
            new TokenView(id(token.id), token.label, token.role, token.createdAt, token.expiresAt))
        .toList();
  }

  @Transactional
  public void revoke(String name, long tokenId, Caller.Known author) {
    var token =
        store.tokens(id(account(name))).stream()
            .filter(one -> id(one.id) == tokenId)
            .findFirst()
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND, "no token " + tokenId + " of user '" + name + "'"));
    store.delete(token);
    record(author, "token.revoke", account(name), Long.toString(tokenId));
  }

  @Transactional
  public void join(String namespace, String name, Caller.Known author) {
    var account = account(name);
    if (store.members(namespace).stream().noneMatch(member -> member.accountId == id(account))) {
      store.insert(new Member(namespace, id(account)));
      record(author, "member.join", account, namespace);
    }
  }

  @Transactional
  public void leave(String namespace, String name, Caller.Known author) {
    var account = account(name);
    store.members(namespace).stream()
        .filter(member -> member.accountId == id(account))
        .forEach(store::delete);
    record(author, "member.leave", account, namespace);
  }

  /// The caller, allowed to write in this namespace; claims the namespace if nobody has it.
  @Transactional
  public Caller.Known claim(Caller caller, String namespace) {
    var known = caller.require(Role.WRITE);
    if (known.canWrite(namespace)) {
      return known;
    }
    if (store.named(namespace).isPresent() || !store.members(namespace).isEmpty()) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "You cannot write in the namespace '" + namespace + "'");
    }
    store.insert(new Member(namespace, known.accountId()));
    return known;
  }

  /// Makes the first administrator with this secret, or with a drawn one; null if there are
  /// accounts.
  @Transactional
  @Nullable String bootstrap(@Nullable String secret) {
    if (store.count() > 0) {
      return null;
    }
    store.insert(new Account("admin", "Administrator", true, now()));
    return store("admin", "bootstrap", Role.ADMIN, null, secret == null ? Secret.draw() : secret)
        .token();
  }

  private IssuedToken store(
      String name, String label, Role role, @Nullable Duration life, String secret) {
    var account = account(name);
    if (role == Role.ADMIN && !account.admin) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "'" + name + "' is not an administrator; ask for role WRITE");
    }
    var now = now();
    var token =
        new ApiToken(
            id(account),
            label,
            role,
            Secret.hash(secret),
            now,
            life == null ? null : now.plus(life));
    store.insert(token);
    store.insert(new TokenSecret(id(token.id), vault.seal(secret)));
    return new IssuedToken(id(token.id), secret, label, role);
  }

  private void record(Caller.Known author, String action, Account subject, String detail) {
    audit.record(author.accountId(), action, "account " + id(subject), detail);
  }

  private AccountView view(Account account) {
    return new AccountView(
        account.name, account.fullname, account.admin, account.createdAt, namespaces(id(account)));
  }

  private List<String> namespaces(long accountId) {
    return store.memberships(accountId).stream().map(member -> member.namespace).toList();
  }

  private Account account(String name) {
    return store
        .named(name)
        .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "no user '" + name + "'"));
  }

  private static long id(Account account) {
    return id(account.id);
  }

  private static long id(@Nullable Long id) {
    if (id == null) {
      throw new IllegalStateException("not stored yet");
    }
    return id;
  }

  private static HubException badToken() {
    return new HubException(ErrorCode.BAD_TOKEN, "Invalid credentials in Authorization header");
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
