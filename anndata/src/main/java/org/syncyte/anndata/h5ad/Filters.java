package org.syncyte.anndata.h5ad;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/// HDF5 filters other than deflate, undone.
final class Filters {
  private Filters() {}

  /// Byte shuffle: all first bytes, then all second bytes, and so on; a rest shorter than one
  /// element stays at the end.
  static byte[] unshuffle(byte[] data, int width) {
    int count = data.length / width;
    var plain = new byte[data.length];
    for (int b = 0; b < width; b++) {
      for (int i = 0; i < count; i++) {
        plain[i * width + b] = data[b * count + i];
      }
    }
    System.arraycopy(data, count * width, plain, count * width, data.length - count * width);
    return plain;
  }

  /// Checks and removes the four bytes of a Fletcher-32 sum over big-endian 16-bit words.
  static byte[] fletcher32(byte[] data) throws DataFormatException {
    if (data.length < 4) {
      throw new DataFormatException("no checksum");
    }
    int length = data.length - 4;
    long low = 0;
    long high = 0;
    for (int i = 0; i + 1 < length; i += 2) {
      low = (low + ((data[i] & 0xff) << 8 | data[i + 1] & 0xff)) % 65535;
      high = (high + low) % 65535;
    }
    if (length % 2 == 1) {
      low = (low + ((data[length - 1] & 0xff) << 8)) % 65535;
      high = (high + low) % 65535;
    }
    long stored = 0;
    for (int i = 3; i >= 0; i--) {
      stored = stored << 8 | data[length + i] & 0xff;
    }
    if (stored % 65536 % 65535 != low || (stored >>> 16) % 65535 != high) {
      throw new DataFormatException("checksum differs");
    }
    return Arrays.copyOf(data, length);
  }

  /// LZF as LibLZF defines it: a control byte below 32 copies that many plus one literals, above it
  /// names a back reference of 3 bits of length and 13 of distance.
  static byte[] lzf(byte[] data, int limit) throws DataFormatException {
    var plain = new byte[limit];
    int out = 0;
    try {
      for (int in = 0; in < data.length; ) {
        int control = data[in++] & 0xff;
        if (control < 32) {
          System.arraycopy(data, in, plain, out, control + 1);
          in += control + 1;
          out += control + 1;
        } else {
          int length = control >> 5;
          if (length == 7) {
            length += data[in++] & 0xff;
          }
          int from = out - ((control & 0x1f) << 8) - (data[in++] & 0xff) - 1;
          for (int i = 0; i < length + 2; i++) {
            plain[out++] = plain[from++];
          }
        }
      }
    } catch (IndexOutOfBoundsException _) {
      throw new DataFormatException("lzf data run over their end");
    }
    return Arrays.copyOf(plain, out);
  }
}
