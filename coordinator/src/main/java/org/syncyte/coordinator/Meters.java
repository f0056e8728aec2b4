package org.syncyte.coordinator;

/// Numbers about the work, for whoever watches.
interface Meters {
  /// Nobody watches.
  Meters NONE =
      new Meters() {
        @Override
        public void count(String name, String federation, int amount) {}

        @Override
        public void time(String name, String federation, long nanos) {}
      };

  void count(String name, String federation, int amount);

  default void count(String name, String federation) {
    count(name, federation, 1);
  }

  void time(String name, String federation, long nanos);
}
