package org.syncyte.worker.site;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The agent's two-way line to its coordinator. Deliveries may repeat; none is lost before it is
/// committed.
public interface Bus extends AutoCloseable {
  /// A record as the line delivered it.
  record Delivery(String topic, long offset, Map<String, byte[]> headers, byte[] value) {}

  /// What came in, waiting at most that long; may be empty.
  List<Delivery> poll(Duration wait);

  /// Everything that `poll` has returned needs no second delivery.
  void commit();

  /// Returns once the line has stored the record for good.
  void send(String topic, String key, Map<String, byte[]> headers, byte[] value);

  /// Sends if the line is up; loss is harmless.
  void pulse(String topic, String key, byte[] value);

  @Override
  void close();
}
