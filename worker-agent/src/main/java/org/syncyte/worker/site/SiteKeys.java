package org.syncyte.worker.site;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import org.syncyte.federation.Signing;
import org.syncyte.worker.folder.Durable;

/// The site's own secrets, made on first use in the agent's folder and never sent: the Ed25519 key
/// that signs messages (`signing.pem`; its public half `signing.pub.pem` goes to the coordinator's
/// operator), and 32 random bytes that hide batch names (`names.secret`).
public record SiteKeys(PrivateKey signing, PublicKey verifying, byte[] nameSecret) {
  public static SiteKeys open(Path folder) {
    var secret = folder.resolve("signing.pem");
    var shown = folder.resolve("signing.pub.pem");
    var names = folder.resolve("names.secret");
    var random = new SecureRandom();
    if (!Files.exists(secret) || !Files.exists(shown)) {
      var pair = Signing.newKey(random);
      Durable.writeSecret(
          secret, Signing.pem(pair.getPrivate()).getBytes(StandardCharsets.US_ASCII));
      Durable.write(shown, Signing.pem(pair.getPublic()).getBytes(StandardCharsets.US_ASCII));
    }
    if (!Files.exists(names)) {
      var bytes = new byte[32];
      random.nextBytes(bytes);
      Durable.writeSecret(names, bytes);
    }
    return new SiteKeys(
        Signing.privateKey(text(secret)), Signing.publicKey(text(shown)), Durable.read(names));
  }

  /// A public key file of somebody else.
  static PublicKey publicKey(Path file) {
    try {
      return Signing.publicKey(text(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    return new String(Durable.read(file), StandardCharsets.US_ASCII);
  }
}
