package org.syncyte.hub.search;

import java.util.Arrays;

/// Numbers keys in the order in which they come: 0, 1, 2, … A hash table with open addressing; a
/// map of boxed numbers takes ten times as long to fill.
final class KeyNumbers {
  private static final int EMPTY = -1;
  private long[] keys = new long[1 << 12];
  private int[] numbers = new int[1 << 12];
  private int size;

  KeyNumbers() {
    Arrays.fill(numbers, EMPTY);
  }

  int size() {
    return size;
  }

  /// The key's number, or -1 if it has none.
  int find(long key) {
    return numbers[place(key)];
  }

  /// The key's number; a new one if it has none.
  int number(long key) {
    int place = place(key);
    if (numbers[place] != EMPTY) {
      return numbers[place];
    }
    if (2 * (size + 1) > keys.length) {
      grow();
      place = place(key);
    }
    keys[place] = key;
    numbers[place] = size;
    return size++;
  }

  /// Keys are hashes already, so their last bits spread them.
  private int place(long key) {
    int mask = keys.length - 1;
    int place = (int) key & mask;
    while (numbers[place] != EMPTY && keys[place] != key) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow() {
    var oldKeys = keys;
    var oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    numbers = new int[2 * oldKeys.length];
    Arrays.fill(numbers, EMPTY);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] != EMPTY) {
        int place = place(oldKeys[i]);
        keys[place] = oldKeys[i];
        numbers[place] = oldNumbers[i];
      }
    }
  }
}
