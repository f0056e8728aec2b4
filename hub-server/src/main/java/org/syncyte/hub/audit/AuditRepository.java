package org.syncyte.hub.audit;

import jakarta.data.Limit;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import java.util.List;

@Repository
interface AuditRepository {
  @Insert
  void insert(AuditEvent event);

  @Query("from AuditEvent where id > :after order by id")
  List<AuditEvent> after(long after, Limit limit);
}
