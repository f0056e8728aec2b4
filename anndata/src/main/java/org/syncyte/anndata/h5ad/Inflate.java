package org.syncyte.anndata.h5ad;

import com.intel.gkl.compression.IntelInflater;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Undoes zlib's deflate, by Intel's ISA-L where its native library runs (x86-64 with AVX: twice as
/// fast or more), else by the JDK.
///
/// A stream is left as soon as the wanted bytes are out. Inflaters are kept, since each holds 40 KB
/// of native memory that is costly to set up for every chunk.
final class Inflate {
  private static final int ZLIB_HEADER = 2;
  // Held here, for loggers that nobody holds lose their level.
  private static final Logger LIBRARY = Logger.getLogger("com.intel.gkl");
  private static final boolean FAST = loaded();

  private final boolean fast;
  private final ConcurrentLinkedQueue<Inflater> idle = new ConcurrentLinkedQueue<>();

  private Inflate(boolean fast) {
    this.fast = fast;
  }

  private static boolean loaded() {
    LIBRARY.setLevel(Level.SEVERE);
    try {
      return new IntelInflater(true).load(null);
    } catch (LinkageError _) {
      return false;
    }
  }

  static Inflate best() {
    return new Inflate(FAST);
  }

  static Inflate plain() {
    return new Inflate(false);
  }

  /// Inflates until `limit` bytes are out or the input ends; returns the number of bytes.
  int zlib(ByteBuffer deflated, byte[] target, int limit) throws DataFormatException {
    var inflater = idle.poll();
    if (inflater == null) {
      inflater = fast ? new IntelInflater(true) : new Inflater();
    }
    inflater.reset();
    int done =
        inflater instanceof IntelInflater isal
            ? once(isal, deflated, target, limit)
            : all(inflater, deflated, target, limit);
    idle.add(inflater);
    return done;
  }

  // ISA-L fills all it can in one call, takes arrays only and knows no zlib header.
  private static int once(IntelInflater inflater, ByteBuffer deflated, byte[] target, int limit)
      throws DataFormatException {
    var input = new byte[deflated.remaining()];
    deflated.get(input);
    if (input.length <= ZLIB_HEADER
        || (input[0] & 0x0f) != 8
        || (input[1] & 0x20) != 0
        || ((input[0] & 0xff) << 8 | input[1] & 0xff) % 31 != 0) {
      throw new DataFormatException("not a zlib stream");
    }
    try {
      inflater.setInput(input, ZLIB_HEADER, input.length - ZLIB_HEADER);
      return inflater.inflate(target, 0, limit);
    } catch (RuntimeException e) {
      throw new DataFormatException(e.getMessage());
    }
  }

  private static int all(Inflater inflater, ByteBuffer deflated, byte[] target, int limit)
      throws DataFormatException {
    inflater.setInput(deflated);
    int done = 0;
    while (done < limit) {
      int more = inflater.inflate(target, done, limit - done);
      if (more == 0) {
        break;
      }
      done += more;
    }
    return done;
  }
}
