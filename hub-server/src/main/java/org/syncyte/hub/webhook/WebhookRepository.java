package org.syncyte.hub.webhook;

import jakarta.data.Limit;
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
interface WebhookRepository {
  @Insert
  void insert(Webhook webhook);

  @Update
  void update(Webhook webhook);

  @Delete
  void delete(Webhook webhook);

  @Insert
  void insert(WebhookWatch watch);

  @Query("delete from WebhookWatch where webhookId = :webhookId")
  void unwatch(long webhookId);

  @Insert
  void insert(WebhookDelivery delivery);

  @Update
  void update(WebhookDelivery delivery);

  @Query("from Webhook where accountId = :accountId order by id")
  List<Webhook> of(long accountId);

  @Find
  Optional<Webhook> webhook(Long id);

  @Query("from WebhookWatch where webhookId in :webhooks order by id")
  List<WebhookWatch> watches(List<Long> webhooks);

  @Query(
      "from Webhook w where w.disabled = false and w.id in (select x.webhookId from WebhookWatch x where lower(x.name) in :names) order by w.id")
  List<Webhook> watching(List<String> names);

  @Query("from WebhookDelivery where webhookId in :webhooks order by id desc")
  List<WebhookDelivery> deliveries(List<Long> webhooks, Limit limit);

  @Find
  Optional<WebhookDelivery> delivery(Long id);

  @Query("delete from WebhookDelivery where createdAt < :before and status <> PENDING")
  void forget(Instant before);
}
