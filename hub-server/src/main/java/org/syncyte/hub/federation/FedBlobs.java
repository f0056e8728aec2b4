package org.syncyte.hub.federation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.hibernate.StatelessSession;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.audit.Audit;
import org.syncyte.hub.blob.BlobStore;

/// Which federation holds which content.
@ApplicationScoped
class FedBlobs {
  private final FedBlobRepository store;
  private final StatelessSession session;
  private final Audit audit;

  FedBlobs(FedBlobRepository store, StatelessSession session, Audit audit) {
    this.store = store;
    this.session = session;
    this.audit = audit;
  }

  @Transactional
  Optional<Long> size(String federation, String sha256) {
    return store.blob(federation, sha256).map(blob -> blob.size);
  }

  @Transactional
  void add(String federation, BlobStore.Stored stored, Caller.Known author) {
    int added =
        session
            .createNativeMutationQuery(
                """
                insert into fed_blob (federation, sha256, size, account_id, created_at)
                values (:federation, :sha256, :size, :account, :now) on conflict do nothing
                """)
            .setParameter("federation", federation)
            .setParameter("sha256", stored.sha256())
            .setParameter("size", stored.size())
            .setParameter("account", author.accountId())
            .setParameter("now", Instant.now().truncatedTo(ChronoUnit.MILLIS))
            .executeUpdate();
    if (added > 0) {
      audit.record(
          author.accountId(), "federation.blob", federation, stored.sha256() + " " + stored.size());
    }
  }
}
