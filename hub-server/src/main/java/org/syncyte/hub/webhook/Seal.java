package org.syncyte.hub.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.syncyte.hub.SigningKey;

/// Keeps webhooks' secrets: AES-256-GCM under a key that the hub's own key derives, so that a copy
/// of the database alone tells none. A sealed secret is 12 bytes of nonce, then the ciphertext.
@ApplicationScoped
class Seal {
  private static final int NONCE = 12;
  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  Seal(SigningKey key) {
    this.key = new SecretKeySpec(key.sign("webhook secrets"), "AES");
  }

  byte[] close(String secret) {
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, secret.getBytes(StandardCharsets.UTF_8));
    byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
    return whole;
  }

  String open(byte[] sealed) {
    byte[] text =
        run(
            Cipher.DECRYPT_MODE,
            Arrays.copyOf(sealed, NONCE),
            Arrays.copyOfRange(sealed, NONCE, sealed.length));
    return new String(text, StandardCharsets.UTF_8);
  }

  private byte[] run(int mode, byte[] nonce, byte[] bytes) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(128, nonce));
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("a webhook's secret was sealed with another key", failure);
    }
  }
}
