package org.syncyte.hub.account;

import jakarta.data.repository.Delete;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import jakarta.data.repository.Update;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

@Repository
interface AccountRepository {
  @Insert
  void insert(Account account);

  @Insert
  void insert(ApiToken token);

  @Insert
  void insert(TokenSecret secret);

  @Insert
  void insert(Member member);

  @Insert
  void insert(Organization organization);

  @Insert
  void insert(WebSession opened);

  @Update
  void update(Account account);

  @Update
  void update(Member member);

  @Update
  void update(Organization organization);

  @Delete
  void delete(WebSession closed);

  @Query("from Organization where lower(name) = lower(:name)")
  Optional<Organization> organization(String name);

  @Query("from Member where lower(namespace) = lower(:namespace) and accountId = :accountId")
  Optional<Member> member(String namespace, long accountId);

  @Find
  Optional<WebSession> session(byte[] hash);

  @Query("delete from WebSession where accountId = :accountId")
  void closeSessions(long accountId);

  @Query("delete from WebSession where expiresAt < :now")
  void closeSessionsBefore(Instant now);

  @Query("from Account where subject = :subject")
  Optional<Account> signedInBy(String subject);

  @Query("update ApiToken set places = :places where id = :id")
  void restrict(long id, String places);

  @Query("update ApiToken set lastUsedAt = :now where id = :id")
  void used(long id, Instant now);

  @Delete
  void delete(Account account);

  @Delete
  void delete(ApiToken token);

  @Delete
  void delete(Member member);

  @Query("from Account where lower(name) = lower(:name)")
  Optional<Account> named(String name);

  @Query("from Account order by name")
  List<Account> accounts();

  @Query("select count(*) from Account")
  long count();

  @Find
  Optional<Account> account(Long id);

  @Find
  Optional<ApiToken> token(byte[] hash);

  @Find
  Optional<ApiToken> tokenNumbered(Long id);

  @Find
  Optional<TokenSecret> secret(Long tokenId);

  @Query("from ApiToken where accountId = :accountId order by id")
  List<ApiToken> tokens(long accountId);

  @Query("from Member where accountId = :accountId order by namespace")
  List<Member> memberships(long accountId);

  @Query("from Member where lower(namespace) = lower(:namespace)")
  List<Member> members(String namespace);
}
