package org.syncyte.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.syncyte.federation.Signing;

/// The secrets of a coordinator, kept in its data folder and made at the first start.
final class Keys {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Keys() {}

  /// `coordinator.key` (private, 0600) and `coordinator.pub`.
  static KeyPair signing(Path folder) throws IOException {
    Path secret = folder.resolve("coordinator.key");
    Path open = folder.resolve("coordinator.pub");
    if (!Files.exists(secret)) {
      KeyPair made = Signing.newKey(RANDOM);
      write(open, Signing.pem(made.getPublic()), "rw-r--r--");
      write(secret, Signing.pem(made.getPrivate()), "rw-------");
    }
    return new KeyPair(
        Signing.publicKey(Files.readString(open)), Signing.privateKey(Files.readString(secret)));
  }

  /// `token`: 256 random bits.
  static String token(Path folder) throws IOException {
    Path file = folder.resolve("token");
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      RANDOM.nextBytes(random);
      write(file, HexFormat.of().formatHex(random), "rw-------");
    }
    return Files.readString(file).strip();
  }

  private static void write(Path file, String text, String rights) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(
        beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights)));
    Files.writeString(beside, text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
