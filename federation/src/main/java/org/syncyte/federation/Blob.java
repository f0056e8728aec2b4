package org.syncyte.federation;

import com.google.protobuf.ByteString;
import org.syncyte.federation.message.BlobRef;

/// Content on the hub, named by its hash: [BlobRef] as a value of Java.
///
/// @param sha256 64 lower-case hexadecimal digits
/// @param length bytes
/// @param mediaType what it is
public record Blob(String sha256, long length, String mediaType) {
  public static final String SAFETENSORS = "application/vnd.safetensors";
  public static final String SEGMENTS = "application/vnd.syncyte.segments";
  public static final String JSON = "application/json";
  public static final String LINES = "text/plain; charset=utf-8";
  public static final String H5AD = "application/x-hdf5";

  public Blob {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "a blob is named by 64 hexadecimal digits, not '%s'".formatted(shown(sha256)));
    }
    if (length < 0) {
      throw new IllegalArgumentException("a blob of %d bytes cannot be".formatted(length));
    }
  }

  /// The name that these bytes have.
  public static Blob of(byte[] content, String mediaType) {
    return new Blob(Hashes.hex(Hashes.sha256(content)), content.length, mediaType);
  }

  /// @throws IllegalArgumentException if the reference names no hash
  public static Blob of(BlobRef ref) {
    return new Blob(Hashes.hex(ref.getSha256().toByteArray()), ref.getLength(), ref.getMediaType());
  }

  public BlobRef ref() {
    return BlobRef.newBuilder()
        .setSha256(ByteString.copyFrom(Hashes.bytes(sha256)))
        .setLength(length)
        .setMediaType(mediaType)
        .build();
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
