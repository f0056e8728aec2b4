package org.syncyte.hub.trust;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.hibernate.StatelessSession;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;

/// Fingerprints of weights: SHA-256 over names, shapes and values, whatever file they came in.
@ApplicationScoped
class Prints {
  private final StatelessSession session;

  Prints(StatelessSession session) {
    this.session = session;
  }

  static String of(StateDict state) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = ByteBuffer.allocate(1 << 16);
      for (var entry : new TreeMap<>(state.tensors()).entrySet()) {
        digest.update((entry.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
        for (long side : entry.getValue().shape()) {
          put(digest, buffer, side);
        }
        switch (entry.getValue()) {
          case Tensor.Floats(_, var values) -> {
            for (float value : values) {
              put(digest, buffer, Float.floatToIntBits(value));
            }
          }
          case Tensor.Longs(_, var values) -> {
            for (long value : values) {
              put(digest, buffer, value);
            }
          }
        }
      }
      digest.update(buffer.flip());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void put(MessageDigest digest, ByteBuffer buffer, long value) {
    if (buffer.remaining() < Long.BYTES) {
      digest.update(buffer.flip());
      buffer.clear();
    }
    buffer.putLong(value);
  }

  @Transactional
  void keep(long repo, String commit, String weights) {
    session
        .createNativeMutationQuery(
            """
            insert into model_print (repo_id, commit, weights) values (:repo, :commit, :weights)
            on conflict (repo_id) do update set commit = excluded.commit, weights = excluded.weights
            """)
        .setParameter("repo", repo)
        .setParameter("commit", commit)
        .setParameter("weights", weights)
        .executeUpdate();
  }

  /// Public repositories with these weights; private ones are nobody's business.
  @Transactional
  List<String> others(long repo, String weights) {
    return session
        .createNativeQuery(
            """
            select r.namespace || '/' || r.name from model_print p join repo r on r.id = p.repo_id
            where p.weights = :weights and p.repo_id <> :repo and not r.private
            order by r.id limit 5
            """,
            String.class)
        .setParameter("weights", weights)
        .setParameter("repo", repo)
        .getResultList();
  }
}
