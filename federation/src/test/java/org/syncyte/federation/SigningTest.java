package org.syncyte.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.syncyte.federation.message.Hello;

class SigningTest {
  private final java.security.KeyPair key = Signing.newKey(new SecureRandom());

  @Test
  void everyAlteredByteBreaksTheSignature() {
    byte[] value =
        Envelopes.of("f", "r", 0, 0, "a", 1, 2, Hello.newBuilder().setRelease("1").build())
            .toByteArray();
    byte[] signature = Signing.sign(key.getPrivate(), "1.0", "Hello", value);

    assertThat(signature).hasSize(64);
    assertThat(Signing.verify(key.getPublic(), "1.0", "Hello", value, signature)).isTrue();
    assertThat(Signing.verify(key.getPublic(), "1.1", "Hello", value, signature)).isFalse();
    assertThat(Signing.verify(key.getPublic(), "1.0", "Leave", value, signature)).isFalse();
    for (int i = 0; i < value.length; i++) {
      byte[] altered = value.clone();
      altered[i] ^= 1;
      assertThat(Signing.verify(key.getPublic(), "1.0", "Hello", altered, signature)).isFalse();
    }
    assertThat(Signing.verify(key.getPublic(), "1.0", "Hello", value, new byte[3])).isFalse();
  }

  @Test
  void keysSurviveTheirFiles() {
    var publicKey = Signing.publicKey(Signing.pem(key.getPublic()));
    var privateKey = Signing.privateKey(Signing.pem(key.getPrivate()));
    byte[] value = "x".getBytes(StandardCharsets.UTF_8);

    assertThat(
            Signing.verify(
                publicKey, "1.0", "t", value, Signing.sign(privateKey, "1.0", "t", value)))
        .isTrue();
    assertThat(Signing.keyId(publicKey)).hasSize(8).isEqualTo(Signing.keyId(key.getPublic()));
    assertThatThrownBy(() -> Signing.publicKey("nonsense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("openssl");
  }

  @Test
  void readsKeysOfOpenssl() {
    var privateKey =
        Signing.privateKey(
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """);
    byte[] signature = Signing.sign(privateKey, "", "", new byte[0]);

    assertThat(signature).hasSize(64);
  }
}
