package org.syncyte.hub.account;

import jakarta.data.repository.Delete;
import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
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
