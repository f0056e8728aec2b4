package org.syncyte.coordinator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.syncyte.federation.Topics;

/// Which topics a federation needs, and how long they keep what.
final class TopicPlan {
  private static final String FORTNIGHT = Long.toString(14L * 24 * 3600 * 1000);
  private static final String MONTH = Long.toString(30L * 24 * 3600 * 1000);
  private static final Pattern JOURNAL = Pattern.compile("scfed\\.([a-z0-9-]{1,32})\\.journal");

  /// A snapshot holds every round; it may be longer than a message.
  static final int MAX_SNAPSHOT = 32 << 20;

  private TopicPlan() {}

  static void create(Admin admin, String federation, Collection<String> sites) {
    var topics = new ArrayList<NewTopic>();
    topics.add(topic(Topics.ctl(federation), Map.of("retention.ms", FORTNIGHT)));
    topics.add(
        topic(
            Topics.journal(federation),
            Map.of("retention.ms", "-1", "max.message.bytes", "" + MAX_SNAPSHOT)));
    topics.add(
        topic(
            Topics.state(federation),
            Map.of(
                "cleanup.policy", "compact",
                "max.compaction.lag.ms", "3600000",
                "max.message.bytes", "" + MAX_SNAPSHOT)));
    topics.add(
        topic(
            Topics.pulse(federation),
            Map.of("cleanup.policy", "compact,delete", "retention.ms", "3600000")));
    topics.add(topic(Topics.DEAD_LETTERS, Map.of("retention.ms", MONTH)));
    for (String site : sites) {
      topics.add(topic(Topics.up(federation, site), Map.of("retention.ms", FORTNIGHT)));
      topics.add(topic(Topics.down(federation, site), Map.of("retention.ms", FORTNIGHT)));
    }
    for (var created : admin.createTopics(topics).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new KafkaException("a topic cannot be created", e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
    }
  }

  private static NewTopic topic(String name, Map<String, String> settings) {
    return new NewTopic(name, Optional.of(1), Optional.<Short>empty()).configs(settings);
  }

  /// Federations that have a journal.
  static List<String> federations(Admin admin) {
    Set<String> names;
    try {
      names = new TreeSet<>(admin.listTopics().names().get());
    } catch (ExecutionException e) {
      throw new KafkaException("topics cannot be listed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
    var federations = new ArrayList<String>();
    for (String name : names) {
      var match = JOURNAL.matcher(name);
      if (match.matches()) {
        federations.add(match.group(1));
      }
    }
    return federations;
  }
}
