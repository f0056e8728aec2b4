package org.syncyte.hub.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.SigningKey;
import org.syncyte.hub.audit.Audit;

/// Browsers that signed in.
///
/// The cookie holds 256 random bits, the database their SHA-256. A form carries a second value, an
/// HMAC over that hash: another site can make a browser send the cookie, but cannot know this
/// value. Signing in takes a password, or one of the account's tokens that may write; after ten
/// wrong ones for a name, or from an address, that name or address waits.
@ApplicationScoped
public class Sessions {
  public static final Duration LIFE = Duration.ofDays(14);
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final int MISSES = 10;
  private final AccountRepository store;
  private final Accounts accounts;
  private final SigningKey key;
  private final Audit audit;
  private final Cache<String, AtomicInteger> missed =
      Caffeine.newBuilder().expireAfterWrite(PAUSE).maximumSize(100_000).build();

  Sessions(AccountRepository store, Accounts accounts, SigningKey key, Audit audit) {
    this.store = store;
    this.accounts = accounts;
    this.key = key;
    this.audit = audit;
  }

  /// What the cookie of a new session holds.
  @Transactional(dontRollbackOn = HubException.class)
  public String open(String name, String secret, String address) {
    String who = "name " + name.toLowerCase(Locale.ROOT);
    String where = "address " + address;
    if (misses(who) >= MISSES || misses(where) >= 5 * MISSES) {
      throw new HubException(
              ErrorCode.TOO_MANY, "Too many failed attempts; try again in ten minutes")
          .header("Retry-After", Long.toString(PAUSE.toSeconds()));
    }
    var account = store.named(name).orElse(null);
    boolean right =
        secret.startsWith(Secret.PREFIX)
            ? account != null && ownToken(account, secret)
            : Password.matches(
                secret.length() > Password.LONGEST ? "" : secret,
                account == null ? null : account.password);
    if (!right || account == null) {
      missed.get(who, _ -> new AtomicInteger()).incrementAndGet();
      missed.get(where, _ -> new AtomicInteger()).incrementAndGet();
      throw new HubException(ErrorCode.FORBIDDEN, "Name and password do not belong together");
    }
    missed.invalidate(who);
    return open(Accounts.id(account.id));
  }

  private boolean ownToken(Account account, String secret) {
    return store
        .token(Secret.hash(secret))
        .filter(token -> token.accountId == Accounts.id(account.id))
        .filter(token -> token.role.includes(Role.WRITE) && token.places.isEmpty())
        .filter(token -> token.expiresAt == null || token.expiresAt.isAfter(Instant.now()))
        .isPresent();
  }

  /// A session for an account that somebody else vouched for.
  @Transactional
  public String open(long accountId) {
    String secret = Secret.draw();
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    store.closeSessionsBefore(now);
    store.insert(new WebSession(Secret.hash(secret), accountId, now, now.plus(LIFE)));
    audit.record(accountId, "session.open", "account " + accountId, "");
    return secret;
  }

  @Transactional
  public Optional<Caller.Known> caller(@Nullable String cookie) {
    return session(cookie)
        .map(session ->
            accounts.acting(session.accountId, Role.ADMIN, "browser", session.createdAt));
  }

  @Transactional
  public void close(@Nullable String cookie) {
    session(cookie)
        .ifPresent(session -> {
          store.delete(session);
          audit.record(session.accountId, "session.close", "account " + session.accountId, "");
        });
  }

  private Optional<WebSession> session(@Nullable String cookie) {
    return cookie == null || cookie.isBlank()
        ? Optional.empty()
        : store
            .session(Secret.hash(cookie))
            .filter(session -> session.expiresAt.isAfter(Instant.now()));
  }

  /// What the forms of this session carry.
  public String formKey(String cookie) {
    String purpose = "form " + HexFormat.of().formatHex(Secret.hash(cookie));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.sign(purpose));
  }

  public boolean isFormKey(String cookie, @Nullable String given) {
    return given != null
        && MessageDigest.isEqual(
            formKey(cookie).getBytes(StandardCharsets.US_ASCII),
            given.getBytes(StandardCharsets.UTF_8));
  }

  private int misses(String key) {
    var count = missed.getIfPresent(key);
    return count == null ? 0 : count.get();
  }
}
