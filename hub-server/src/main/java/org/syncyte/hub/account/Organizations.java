package org.syncyte.hub.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.audit.Audit;

/// Organisations: namespaces that several accounts share, each with a role. Whoever makes one is
/// its first administrator, and it never loses its last.
@ApplicationScoped
public class Organizations {
  private final AccountRepository store;
  private final StatelessSession session;
  private final Audit audit;

  Organizations(AccountRepository store, StatelessSession session, Audit audit) {
    this.store = store;
    this.session = session;
    this.audit = audit;
  }

  /// An organisation as others see it.
  public record OrganizationView(
      long key, String name, String fullname, String details, Instant createdAt, long members) {}

  /// Somebody who belongs to it.
  public record MemberView(long key, String name, String fullname, MemberRole role) {}

  @Transactional
  public Optional<OrganizationView> find(String name) {
    return store
        .organization(name)
        .map(found ->
            new OrganizationView(
                Accounts.id(found.id),
                found.name,
                found.fullname.isEmpty() ? found.name : found.fullname,
                found.details,
                found.createdAt,
                store.members(found.name).size()));
  }

  @Transactional
  public OrganizationView read(String name) {
    return find(name).orElseThrow(() -> missing(name));
  }

  @Transactional
  public List<MemberView> members(String name) {
    return session
        .createSelectionQuery(
            "select a.id, a.name, a.fullname, m.role from Member m join Account a on a.id = m.accountId"
                + " where lower(m.namespace) = lower(:name) order by a.name",
            Object[].class)
        .setParameter("name", name)
        .getResultList()
        .stream()
        .map(row ->
            new MemberView((Long) row[0], (String) row[1], (String) row[2], (MemberRole) row[3]))
        .toList();
  }

  @Transactional
  public OrganizationView create(String name, String fullname, Caller.Known author) {
    author.require(Role.WRITE).requireWhole();
    Accounts.checkName(name);
    if (store.named(name).isPresent()
        || store.organization(name).isPresent()
        || !store.members(name).isEmpty()) {
      throw new HubException(ErrorCode.EXISTS, "the name '" + name + "' is taken");
    }
    found(name, fullname, author.accountId());
    audit.record(author.accountId(), "organization.create", name, "");
    return read(name);
  }

  /// A new organisation with its first administrator.
  @Transactional
  void found(String name, String fullname, long accountId) {
    store.insert(new Organization(name, Accounts.clean(fullname, 200), now()));
    store.insert(new Member(name, accountId, MemberRole.ADMIN));
  }

  @Transactional
  public void describe(String name, String fullname, String details, Caller.Known author) {
    var organization = administered(name, author);
    organization.fullname = Accounts.clean(fullname, 200);
    organization.details = Accounts.clean(details, 500);
    store.update(organization);
    audit.record(author.accountId(), "organization.update", organization.name, "");
  }

  /// Makes somebody a member, or gives them another role.
  @Transactional
  public void join(String name, String user, MemberRole role, Caller.Known author) {
    var organization = administered(name, author);
    var account = store.named(user).orElseThrow(() -> Accounts.noUser(user));
    long id = Accounts.id(account.id);
    var member = store.member(organization.name, id);
    if (member.isPresent()) {
      keepAnAdministrator(organization, member.get(), role);
      member.get().role = role;
      store.update(member.get());
    } else {
      store.insert(new Member(organization.name, id, role));
    }
    audit.record(
        author.accountId(), "member.join", "account " + id, organization.name + " " + role);
  }

  /// Ends a membership; members may end their own.
  @Transactional
  public void leave(String name, String user, Caller.Known author) {
    var organization = store.organization(name).orElseThrow(() -> missing(name));
    if (!user.equalsIgnoreCase(author.name())) {
      administered(name, author);
    }
    author.requireWhole();
    var account = store.named(user).orElseThrow(() -> Accounts.noUser(user));
    long id = Accounts.id(account.id);
    var member =
        store
            .member(organization.name, id)
            .orElseThrow(() ->
                new HubException(
                    ErrorCode.NOT_FOUND, "'" + user + "' is no member of " + organization.name));
    keepAnAdministrator(organization, member, MemberRole.READ);
    store.delete(member);
    audit.record(author.accountId(), "member.leave", "account " + id, organization.name);
  }

  private void keepAnAdministrator(Organization organization, Member member, MemberRole role) {
    boolean last =
        member.role == MemberRole.ADMIN
            && role != MemberRole.ADMIN
            && store.members(organization.name).stream()
                .noneMatch(
                    one -> one.role == MemberRole.ADMIN && one.accountId != member.accountId);
    if (last) {
      throw new HubException(
          ErrorCode.BAD_REQUEST,
          organization.name + " needs an administrator; make somebody else one first");
    }
  }

  private Organization administered(String name, Caller.Known author) {
    var organization = store.organization(name).orElseThrow(() -> missing(name));
    author.require(Role.WRITE).requireWhole();
    if (!author.administers(organization.name)) {
      throw new HubException(
          ErrorCode.FORBIDDEN, "Only administrators of " + organization.name + " may do this");
    }
    return organization;
  }

  private static HubException missing(String name) {
    return new HubException(ErrorCode.NOT_FOUND, "no organization '" + name + "'");
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
