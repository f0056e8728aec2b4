package org.syncyte.worker.site;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A line within one JVM that delivers again what was not committed, as a broker does, and that can
/// be made to break at the n-th operation.
final class MemoryBus implements Bus {
  /// The process dies here.
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  record Sent(String topic, Map<String, byte[]> headers, byte[] value) {}

  /// What outlives an agent.
  static final class Broker {
    final List<Delivery> down = new ArrayList<>();
    final List<Sent> up = new ArrayList<>();
    final List<byte[]> pulses = new ArrayList<>();
    int committed;
    int operations;
    int crashAt = -1;

    void tick() {
      if (operations++ == crashAt) {
        throw new Crash();
      }
    }
  }

  private final Broker broker;
  private int position;

  MemoryBus(Broker broker) {
    this.broker = broker;
    this.position = broker.committed;
  }

  @Override
  public List<Delivery> poll(Duration wait) {
    if (position == broker.down.size()) {
      return List.of();
    }
    broker.tick();
    var news = List.copyOf(broker.down.subList(position, broker.down.size()));
    position = broker.down.size();
    return news;
  }

  @Override
  public void commit() {
    broker.tick();
    broker.committed = position;
    broker.tick();
  }

  @Override
  public void send(String topic, String key, Map<String, byte[]> headers, byte[] value) {
    broker.tick();
    broker.up.add(new Sent(topic, headers, value));
    broker.tick();
  }

  @Override
  public void pulse(String topic, String key, byte[] value) {
    broker.pulses.add(value);
  }

  @Override
  public void close() {}
}
