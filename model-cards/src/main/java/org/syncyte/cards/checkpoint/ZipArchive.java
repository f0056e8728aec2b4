package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A zip file read through its central directory, as torch writes them: stored entries with data
/// descriptors, which streaming readers refuse.
///
/// Everything that lets two readers see two different archives is refused: duplicate names, local
/// names that differ from the central ones, bytes before the first or after the last record,
/// overlapping entries, paths that leave the folder. Sizes are checked before memory is taken.
final class ZipArchive {
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int MAX_ENTRIES = 100_000;
  private static final long MAX_RATIO = 200;

  private record Entry(
      String name, int flags, int method, long crc, long packed, long size, long offset) {}

  private final Source source;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipArchive(Source source) {
    this.source = source;
  }

  static ZipArchive open(Source source) throws IOException {
    var archive = new ZipArchive(source);
    archive.readDirectory();
    return archive;
  }

  Iterable<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /// Size of the entry once unpacked, or -1 if it is not there.
  long size(String name) {
    var entry = entries.get(name);
    return entry == null ? -1 : entry.size;
  }

  long totalSize() {
    return entries.values().stream().mapToLong(Entry::size).sum();
  }

  /// The content of an entry, little-endian, its checksum verified.
  ByteBuffer read(String name) throws IOException {
    var entry = entries.get(name);
    if (entry == null) {
      throw new CheckpointException("the archive has no member '%s'".formatted(name));
    }
    var local = source.read(entry.offset, 30);
    if (local.getInt(0) != LOCAL) {
      throw broken("member '%s' does not start with a local header".formatted(name));
    }
    int nameLength = local.getShort(26) & 0xffff;
    int extraLength = local.getShort(28) & 0xffff;
    var localName = text(source.read(entry.offset + 30, nameLength));
    if (!localName.equals(name)) {
      throw broken("member '%s' calls itself '%s' in its local header".formatted(name, localName));
    }
    var packed = source.read(entry.offset + 30 + nameLength + extraLength, entry.packed);
    var content = entry.method == 0 ? packed : inflate(packed, entry);
    var crc = new CRC32();
    crc.update(content.duplicate());
    if (crc.getValue() != entry.crc) {
      throw broken("the checksum of member '%s' is wrong".formatted(name));
    }
    return content;
  }

  private void readDirectory() throws IOException {
    long size = source.size();
    long end = findEnd(size);
    var record = source.read(end, 22);
    long count = record.getShort(10) & 0xffff;
    long length = record.getInt(12) & 0xffffffffL;
    long start = record.getInt(16) & 0xffffffffL;
    long directoryEnd = end;
    boolean locator = end >= 20 && source.read(end - 20, 4).getInt(0) == LOCATOR64;
    if (locator) {
      long position = source.read(end - 20, 20).getLong(8);
      var wide = source.read(position, 56);
      if (wide.getInt(0) != END64) {
        throw broken("its zip64 record is not where the locator says");
      }
      long wideCount = wide.getLong(32);
      long wideLength = wide.getLong(40);
      long wideStart = wide.getLong(48);
      if (count != 0xffff && count != wideCount
          || length != 0xffffffffL && length != wideLength
          || start != 0xffffffffL && start != wideStart) {
        throw broken("its two directory records disagree");
      }
      count = wideCount;
      length = wideLength;
      start = wideStart;
      directoryEnd = position;
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw broken("it declares %d members; the limit is %d".formatted(count, MAX_ENTRIES));
    }
    if (start < 0 || length < 0 || start > size || start + length != directoryEnd) {
      throw broken("its directory does not end where the end record begins");
    }
    var directory = source.read(start, length);
    long packedTotal = 0;
    for (long i = 0; i < count; i++) {
      var entry = readEntry(directory);
      if (entry.offset < 0 || entry.offset >= start || entry.packed > start - entry.offset) {
        throw broken("member '%s' lies outside the file".formatted(entry.name));
      }
      packedTotal += entry.packed + 30;
      if (packedTotal > size) {
        throw broken("its members overlap");
      }
      if (entries.put(entry.name, entry) != null) {
        throw broken("it holds two members named '%s'".formatted(entry.name));
      }
    }
    if (directory.hasRemaining()) {
      throw broken("its directory holds more members than declared");
    }
  }

  private long findEnd(long size) throws IOException {
    int tail = (int) Math.min(size, 22 + 65_535);
    var bytes = source.read(size - tail, tail);
    for (int i = tail - 22; i >= 0; i--) {
      if (bytes.getInt(i) == END && (bytes.getShort(i + 20) & 0xffff) == tail - 22 - i) {
        return size - tail + i;
      }
    }
    throw new CheckpointException(
        "not a torch zip archive: no end record; the file is truncated, or of another format");
  }

  private static Entry readEntry(ByteBuffer directory) {
    if (directory.remaining() < 46 || directory.getInt(directory.position()) != CENTRAL) {
      throw broken("its directory is cut off");
    }
    int at = directory.position();
    int flags = directory.getShort(at + 8) & 0xffff;
    int method = directory.getShort(at + 10) & 0xffff;
    long crc = directory.getInt(at + 16) & 0xffffffffL;
    long packed = directory.getInt(at + 20) & 0xffffffffL;
    long size = directory.getInt(at + 24) & 0xffffffffL;
    int nameLength = directory.getShort(at + 28) & 0xffff;
    int extraLength = directory.getShort(at + 30) & 0xffff;
    int commentLength = directory.getShort(at + 32) & 0xffff;
    long offset = directory.getInt(at + 42) & 0xffffffffL;
    int total = 46 + nameLength + extraLength + commentLength;
    if (directory.remaining() < total) {
      throw broken("its directory is cut off");
    }
    var name = text(directory.slice(at + 46, nameLength));
    var extra = directory.slice(at + 46 + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN);
    directory.position(at + total);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = extra.getShort() & 0xffff;
      if (length > extra.remaining()) {
        throw broken("member '%s' has a damaged extra field".formatted(name));
      }
      var field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      extra.position(extra.position() + length);
      if (id == 1) {
        size = size == 0xffffffffL ? wide(field, name) : size;
        packed = packed == 0xffffffffL ? wide(field, name) : packed;
        offset = offset == 0xffffffffL ? wide(field, name) : offset;
      }
    }
    check(name, flags, method, packed, size);
    return new Entry(name, flags, method, crc, packed, size, offset);
  }

  private static long wide(ByteBuffer field, String name) {
    if (field.remaining() < 8) {
      throw broken("member '%s' has a damaged zip64 field".formatted(name));
    }
    return field.getLong();
  }

  private static void check(String name, int flags, int method, long packed, long size) {
    if (name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0
        || name.indexOf('\uFFFD') >= 0
        || ("/" + name + "/").contains("/../")) {
      throw broken("the member name '%s' is not allowed".formatted(name));
    }
    if ((flags & 1) != 0) {
      throw broken("member '%s' is encrypted".formatted(name));
    }
    if (method != 0 && method != 8) {
      throw broken("member '%s' uses compression method %d".formatted(name, method));
    }
    if (packed < 0 || size < 0 || method == 0 && packed != size) {
      throw broken("member '%s' has contradictory sizes".formatted(name));
    }
    if (size > 4096 && size / MAX_RATIO > packed) {
      throw broken(
          "member '%s' unpacks %d bytes to %d; the limit is %d:1"
              .formatted(name, packed, size, MAX_RATIO));
    }
  }

  private static ByteBuffer inflate(ByteBuffer packed, Entry entry) {
    if (entry.size > Integer.MAX_VALUE - 16) {
      throw broken("member '%s' is larger than 2 GiB".formatted(entry.name));
    }
    var content = new byte[(int) entry.size];
    try (var inflater = new Inflater(true)) {
      inflater.setInput(packed);
      int filled = 0;
      while (filled < content.length) {
        int more = inflater.inflate(content, filled, content.length - filled);
        if (more == 0) {
          throw broken("member '%s' is shorter than declared".formatted(entry.name));
        }
        filled += more;
      }
      if (inflater.inflate(new byte[1]) != 0) {
        throw broken("member '%s' is longer than declared".formatted(entry.name));
      }
    } catch (DataFormatException e) {
      throw new CheckpointException("member '%s' is damaged".formatted(entry.name), e);
    }
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static CheckpointException broken(String why) {
    return new CheckpointException("the archive is damaged or hostile: " + why);
  }
}
