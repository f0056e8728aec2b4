package org.syncyte.hub.xet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Unpacks one LZ4 frame of known unpacked length.
///
/// All blocks of a frame unpack into one array, which makes blocks that refer to earlier ones work
/// without a window. Nothing is allocated, no declared size is trusted: the output array is the
/// bound. Checksums are skipped, since the caller checks the hash of what came out.
final class Lz4Frame {
  private static final int MAGIC = 0x184D2204;
  private static final int MIN_MATCH = 4;
  private static final int RAW = 1 << 31;
  private final ByteBuffer in;
  private final byte[] out;
  private final int length;
  private int at;

  private Lz4Frame(ByteBuffer in, byte[] out, int length) {
    this.in = in;
    this.out = out;
    this.length = length;
  }

  /// Fills the first `length` bytes of `out`.
  static void unpack(byte[] packed, int packedLength, byte[] out, int length) {
    var in = ByteBuffer.wrap(packed, 0, packedLength).order(ByteOrder.LITTLE_ENDIAN);
    new Lz4Frame(in, out, length).frame();
  }

  private void frame() {
    need(7);
    if (in.getInt() != MAGIC) {
      throw bad("no LZ4 frame begins here");
    }
    int flags = in.get();
    if ((flags >>> 6 & 3) != 1) {
      throw bad("unknown version of the LZ4 frame");
    }
    boolean blockChecksums = (flags & 0x10) != 0;
    int skipped = ((flags & 0x08) != 0 ? 8 : 0) + ((flags & 0x01) != 0 ? 4 : 0);
    skip(1 + skipped + 1);
    while (true) {
      need(4);
      int size = in.getInt();
      if (size == 0) {
        break;
      }
      block(size & ~RAW, (size & RAW) != 0);
      if (blockChecksums) {
        skip(4);
      }
    }
    if ((flags & 0x04) != 0) {
      skip(4);
    }
    if (at != length || in.hasRemaining()) {
      throw bad("unpacked " + at + " bytes instead of " + length);
    }
  }

  private void block(int size, boolean raw) {
    need(size);
    int end = in.position() + size;
    if (raw) {
      literals(size);
      return;
    }
    while (true) {
      int token = octet(end);
      int literals = extended(token >>> 4, end);
      if (literals > end - in.position()) {
        throw bad("literals reach past their block");
      }
      literals(literals);
      if (in.position() == end) {
        return;
      }
      int offset = octet(end) | octet(end) << 8;
      match(offset, extended(token & 15, end) + MIN_MATCH);
    }
  }

  private int extended(int start, int end) {
    int value = start;
    if (start == 15) {
      int more;
      do {
        more = octet(end);
        value += more;
        if (value > length) {
          throw bad("a run is longer than the chunk");
        }
      } while (more == 255);
    }
    return value;
  }

  private int octet(int end) {
    if (in.position() >= end) {
      throw bad("a block ends in the middle of a sequence");
    }
    return in.get() & 0xff;
  }

  private void literals(int count) {
    room(count);
    in.get(out, at, count);
    at += count;
  }

  private void match(int offset, int count) {
    room(count);
    if (offset == 0 || offset > at) {
      throw bad("a match points before the beginning");
    }
    if (offset == 1) {
      Arrays.fill(out, at, at + count, out[at - 1]);
    } else {
      for (int done = 0; done < count; ) {
        int step = Math.min(offset, count - done);
        System.arraycopy(out, at + done - offset, out, at + done, step);
        done += step;
      }
    }
    at += count;
  }

  private void room(int count) {
    if (count > length - at) {
      throw bad("more than the declared " + length + " bytes");
    }
  }

  private void need(int count) {
    if (count < 0 || in.remaining() < count) {
      throw bad("cut off");
    }
  }

  private void skip(int count) {
    need(count);
    in.position(in.position() + count);
  }

  private static XetFormatException bad(String what) {
    return new XetFormatException("LZ4: " + what);
  }
}
