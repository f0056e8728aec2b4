package org.syncyte.federation.round;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Copies that cannot change and whose order depends on keys alone.
final class Sorted {
  private Sorted() {}

  static <V> SortedMap<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  static SortedSet<String> copy(Collection<String> names) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }

  static <V> SortedMap<String, V> with(Map<String, V> map, String key, V value) {
    var more = new TreeMap<>(map);
    more.put(key, value);
    return Collections.unmodifiableSortedMap(more);
  }

  static SortedSet<String> with(Collection<String> names, String name) {
    var more = new TreeSet<>(names);
    more.add(name);
    return Collections.unmodifiableSortedSet(more);
  }

  /// The entries whose keys are in `keys`.
  static <V> SortedMap<String, V> only(Map<String, V> map, Collection<String> keys) {
    var fewer = new TreeMap<>(map);
    fewer.keySet().retainAll(keys);
    return Collections.unmodifiableSortedMap(fewer);
  }
}
