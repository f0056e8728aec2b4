package org.syncyte.cards.checkpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pickle describes, before anything is made of it. Besides these, a value is `String`,
/// `Long`, `Double`, `Boolean`, `BigInteger`, `ArrayList` (a Python list) or null.
///
/// Objects of Python classes stay inert `Call` nodes: the class by name, the arguments, and the
/// state that was to be given to it.
sealed interface Pickled {
  /// A class or function, by name only.
  record Global(String module, String name) implements Pickled {
    @Override
    public String toString() {
      return module + "." + name;
    }

    boolean is(String module, String name) {
      return this.module.equals(module) && this.name.equals(name);
    }
  }

  record Tuple(List<@Nullable Object> items) implements Pickled {}

  record Bytes(byte[] data) implements Pickled {}

  /// A storage of the archive, as a persistent id names it.
  record Storage(Global type, String key, long elements) implements Pickled {}

  /// A dictionary as the pairs that were set, in order; a later pair replaces an earlier one.
  final class Dict implements Pickled {
    final List<@Nullable Object> keys = new ArrayList<>();
    final List<@Nullable Object> values = new ArrayList<>();

    void put(@Nullable Object key, @Nullable Object value) {
      keys.add(key);
      values.add(value);
    }

    /// The value under a text key, or null.
    @Nullable Object get(String key) {
      for (int i = keys.size() - 1; i >= 0; i--) {
        if (key.equals(keys.get(i))) {
          return values.get(i);
        }
      }
      return null;
    }
  }

  /// An object that Python would build by calling `target`.
  final class Call implements Pickled {
    final Global target;
    final List<@Nullable Object> args;
    @Nullable Object state;

    Call(Global target, List<@Nullable Object> args) {
      this.target = target;
      this.args = args;
    }
  }
}
