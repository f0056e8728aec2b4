package org.syncyte.federation;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// Ed25519 signatures of records, and keys as text.
///
/// The signature covers `v`, a zero byte, `t`, a zero byte, and the record's value exactly as it
/// travels: never a message serialised anew. The key id `kid` is the first 8 bytes of the SHA-256
/// of the raw 32-byte public key. Key files are PEM (PKCS #8 and X.509), as `openssl genpkey
/// -algorithm ed25519` writes them; reading and writing files is the caller's, with the rights 0600
/// for a private key.
public final class Signing {
  private static final String ALGORITHM = "Ed25519";
  private static final int RAW_KEY = 32;

  private Signing() {}

  public static KeyPair newKey(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /// 64 bytes.
  public static byte[] sign(PrivateKey key, String version, String type, byte[] value) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(prefix(version, type));
      signature.update(value);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key cannot sign: it must be of Ed25519", e);
    }
  }

  public static boolean verify(
      PublicKey key, String version, String type, byte[] value, byte[] signed) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(prefix(version, type));
      signature.update(value);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static byte[] prefix(String version, String type) {
    return (version + '\0' + type + '\0').getBytes(StandardCharsets.UTF_8);
  }

  /// 8 bytes that name a public key.
  public static byte[] keyId(PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - RAW_KEY, encoded.length);
    return Arrays.copyOf(Hashes.sha256(raw), 8);
  }

  public static String pem(PublicKey key) {
    return pem("PUBLIC KEY", key.getEncoded());
  }

  public static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String kind, byte[] encoded) {
    var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind);
  }

  /// A public key: PEM, or the Base64 of its X.509 form on one line.
  ///
  /// @throws IllegalArgumentException if the text is no Ed25519 public key
  public static PublicKey publicKey(String text) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(decode("PUBLIC KEY", text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an Ed25519 public key in PEM; make one with `openssl pkey -in key.pem -pubout`", e);
    }
  }

  /// A private key in PEM.
  ///
  /// @throws IllegalArgumentException if the text is no Ed25519 private key
  public static PrivateKey privateKey(String text) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(decode("PRIVATE KEY", text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an Ed25519 private key in PEM; make one with `openssl genpkey -algorithm ed25519`",
          e);
    }
  }

  private static byte[] decode(String kind, String text) {
    String body =
        text.replace("-----BEGIN " + kind + "-----", "").replace("-----END " + kind + "-----", "");
    return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
  }
}
