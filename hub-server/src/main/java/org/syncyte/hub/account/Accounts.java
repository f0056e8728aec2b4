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
import org.syncyte.hub.Reserved;
import org.syncyte.hub.audit.Audit;

/// Users, their tokens, and who may write where.
///
/// An account writes in the namespace of its own name and in those where its role lets it. A
/// namespace that nobody has yet becomes the organisation of the first account that creates a
/// repository in it.
@ApplicationScoped
public class Accounts {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?");
  private static final Pattern PLACE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?");
  private static final int MAX_PLACES = 50;

  /// The last use of a token is noted no more often than this.
  private static final Duration STALE = Duration.ofMinutes(1);

  private final AccountRepository store;
  private final Vault vault;
  private final Audit audit;

  Accounts(AccountRepository store, Vault vault, Audit audit) {
    this.store = store;
    this.vault = vault;
    this.audit = audit;
  }

  /// An account, as the rest of the hub refers to it.
  public record Person(long key, String name, String fullname, String email, Instant createdAt) {}

  /// An account as others see it.
  public record AccountView(
      String name, String fullname, boolean admin, Instant createdAt, List<String> namespaces) {}

  /// A token without its secret.
  public record TokenView(
      long id,
      String label,
      Role role,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      List<String> places) {}

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
    var now = now();
    if (token.lastUsedAt == null || token.lastUsedAt.isBefore(now.minus(STALE))) {
      store.used(id(token.id), now);
    }
    return known(token.accountId, token.role, token.label, token.createdAt, places(token.places));
  }

  private static List<String> places(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  @Transactional
  public Optional<Person> find(String name) {
    return store
        .named(name)
        .map(account ->
            new Person(
                id(account.id), account.name, account.fullname, account.email, account.createdAt));
  }

  /// The namespaces that an account belongs to, besides its own.
  @Transactional
  public List<String> organizations(long accountId) {
    return namespaces(accountId);
  }

  /// The account that this issuer's subject signs in as; made at the first time. A name that is
  /// taken, or cannot be one, gets a number.
  @Transactional
  public long vouched(String subject, String wanted, String fullname, String email) {
    var known = store.signedInBy(subject);
    if (known.isPresent()) {
      return id(known.get());
    }
    String base = wanted.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
    base = base.isEmpty() ? "user" : base.substring(0, Math.min(base.length(), 80));
    String name = base;
    for (int number = 2; taken(name) || Reserved.contains(name); number++) {
      name = base + "-" + number;
    }
    var account = new Account(name, clean(fullname, 200), false, now());
    account.email = clean(email, 200);
    account.subject = subject;
    store.insert(account);
    audit.record(
        id(account(name)), "account.create", "account " + id(account(name)), "vouched for");
    return id(account(name));
  }

  @Transactional
  public boolean hasPassword(String name) {
    return account(name).password != null;
  }

  /// Sets the password that the account's browsers sign in with, and signs all of them out.
  @Transactional
  public void password(String name, String password, Caller.Known author) {
    if (password.length() < Password.SHORTEST
        || password.length() > Password.LONGEST
        || password.startsWith(Secret.PREFIX)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "password: " + Password.SHORTEST + " to " + Password.LONGEST + " characters");
    }
    var account = account(name);
    account.password = Password.hash(password);
    store.update(account);
    store.closeSessions(id(account));
    record(author, "password.set", account, "");
  }

  /// What others see of an account; its owner sees to that.
  @Transactional
  public void describe(String name, String fullname, String email, Caller.Known author) {
    var account = account(name);
    account.fullname = clean(fullname, 200);
    account.email = clean(email, 200);
    store.update(account);
    record(author, "account.update", account, "");
  }

  static String clean(String text, int longest) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > longest ? line.substring(0, longest) : line;
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()
        || name.contains("--")
        || name.contains("..")
        || Reserved.contains(name)) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          "name '"
              + name
              + "': use letters, digits, '.', '_' and single '-', and none of the words that the"
              + " hub's own addresses begin with");
    }
  }

  private boolean taken(String name) {
    return store.named(name).isPresent()
        || store.organization(name).isPresent()
        || !store.members(name).isEmpty();
  }

  static HubException noUser(String name) {
    return new HubException(ErrorCode.NOT_FOUND, "no user '" + name + "'");
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
                        known(
                            token.accountId,
                            token.role,
                            token.label,
                            token.createdAt,
                            places(token.places)),
                        vault.open(secret.sealed))));
  }

  /// The account behind a permission that the hub itself gave out, with no more than this role.
  @Transactional
  public Caller.Known acting(long accountId, Role role, String label, Instant since) {
    return known(accountId, role, label, since);
  }

  private Caller.Known known(long accountId, Role given, String label, Instant since) {
    return known(accountId, given, label, since, List.of());
  }

  private Caller.Known known(
      long accountId, Role given, String label, Instant since, List<String> places) {
    var account = store.account(accountId).orElseThrow(Accounts::badToken);
    var role = given == Role.ADMIN && !account.admin ? Role.WRITE : given;
    return new Caller.Known(
        accountId,
        account.name,
        account.fullname,
        role,
        label,
        since,
        store.memberships(accountId).stream()
            .map(member -> new Caller.Membership(member.namespace, member.role))
            .toList(),
        places);
  }

  @Transactional
  public AccountView create(String name, String fullname, boolean admin, Caller.Known author) {
    checkName(name);
    if (taken(name)) {
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
    return issue(name, label, role, life, List.of(), author);
  }

  /// A token, for some places only if any are named: a namespace, or one repository in it.
  @Transactional
  public IssuedToken issue(
      String name,
      String label,
      Role role,
      @Nullable Duration life,
      List<String> places,
      Caller.Known author) {
    for (String place : places) {
      if (!PLACE.matcher(place).matches()) {
        throw new HubException(
            ErrorCode.BAD_REQUEST, "'" + place + "': name a namespace or a repository");
      }
    }
    if (places.size() > MAX_PLACES || (role == Role.ADMIN && !places.isEmpty())) {
      throw new HubException(
          ErrorCode.BAD_REQUEST, "at most " + MAX_PLACES + " places, and none for role ADMIN");
    }
    if (life != null && (life.isNegative() || life.isZero() || life.toDays() > 3660)) {
      throw new HubException(ErrorCode.BAD_REQUEST, "a token lives for 1 to 3660 days");
    }
    record(author, "token.issue", account(name), role.name());
    var issued = store(name, clean(label, 100), role, life, Secret.draw());
    if (!places.isEmpty()) {
      store.restrict(issued.id(), String.join(" ", places));
    }
    return issued;
  }

  @Transactional
  public List<TokenView> tokens(String name) {
    return store.tokens(id(account(name))).stream()
        .map(token ->
            new TokenView(
                id(token.id),
                token.label,
                token.role,
                token.createdAt,
                token.expiresAt,
                token.lastUsedAt,
                places(token.places)))
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
      if (store.organization(namespace).isEmpty() && store.named(namespace).isEmpty()) {
        store.insert(new Organization(namespace, "", now()));
      }
      store.insert(new Member(namespace, id(account), MemberRole.WRITE));
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
    if (taken(namespace) || !known.places().isEmpty()) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "You cannot write in the namespace '" + namespace + "'");
    }
    checkName(namespace);
    store.insert(new Organization(namespace, "", now()));
    store.insert(new Member(namespace, known.accountId(), MemberRole.ADMIN));
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
    return store.named(name).orElseThrow(() -> noUser(name));
  }

  private static long id(Account account) {
    return id(account.id);
  }

  static long id(@Nullable Long id) {
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
