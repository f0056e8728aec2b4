package org.syncyte.hub.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// The checksums that clients send with a body: big-endian, in base64.
enum Checksum {
  CRC32("x-amz-checksum-crc32"),
  CRC32C("x-amz-checksum-crc32c"),
  CRC64NVME("x-amz-checksum-crc64nvme"),
  SHA1("x-amz-checksum-sha1"),
  SHA256("x-amz-checksum-sha256"),
  MD5("content-md5");

  private final String header;

  Checksum(String header) {
    this.header = header;
  }

  String header() {
    return header;
  }

  /// Takes bytes, and says at the end what their checksum is.
  interface Running {
    void update(byte[] bytes, int offset, int count);

    byte[] value();

    default String text() {
      return Base64.getEncoder().encodeToString(value());
    }
  }

  Running start() {
    return switch (this) {
      case CRC32 -> crc(new CRC32());
      case CRC32C -> crc(new CRC32C());
      case CRC64NVME -> new Crc64();
      case SHA1 -> digest("SHA-1");
      case SHA256 -> digest("SHA-256");
      case MD5 -> digest("MD5");
    };
  }

  static MessageDigest sha256() {
    return messageDigest("SHA-256");
  }

  private static Running crc(java.util.zip.Checksum sum) {
    return new Running() {
      @Override
      public void update(byte[] bytes, int offset, int count) {
        sum.update(bytes, offset, count);
      }

      @Override
      public byte[] value() {
        return ByteBuffer.allocate(4).putInt((int) sum.getValue()).array();
      }
    };
  }

  private static Running digest(String algorithm) {
    var digest = messageDigest(algorithm);
    return new Running() {
      @Override
      public void update(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
      }

      @Override
      public byte[] value() {
        return digest.digest();
      }
    };
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// CRC-64/NVME: polynomial ad93d23594c93659 reflected, all ones before and after.
  private static final class Crc64 implements Running {
    private static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;
    private static final long[] TABLE = table();
    private long crc = -1;

    private static long[] table() {
      var table = new long[256];
      Arrays.setAll(
          table,
          i -> {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
              value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ POLYNOMIAL;
            }
            return value;
          });
      return table;
    }

    @Override
    public void update(byte[] bytes, int offset, int count) {
      for (int i = offset; i < offset + count; i++) {
        crc = TABLE[(int) (crc ^ bytes[i]) & 0xff] ^ crc >>> 8;
      }
    }

    @Override
    public byte[] value() {
      return ByteBuffer.allocate(8).putLong(~crc).array();
    }
  }
}
