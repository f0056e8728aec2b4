package org.syncyte.cards.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/// A torch zip archive: stored entries whose data start at multiples of 64 bytes, so that torch can
/// map them. Dates are fixed: equal content gives equal bytes.
final class ArchiveWriter {
  private static final String FOLDER = "archive/";
  private static final short DATE_1980_01_01 = 0x21;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  private ArchiveWriter() {}

  static byte[] write(byte[] pickle, List<byte[]> storages) {
    var writer = new ArchiveWriter();
    writer.put("data.pkl", pickle);
    writer.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < storages.size(); i++) {
      writer.put("data/" + i, storages.get(i));
    }
    writer.put("version", "3\n".getBytes(StandardCharsets.US_ASCII));
    return writer.finish();
  }

  private void put(String name, byte[] data) {
    var nameBytes = (FOLDER + name).getBytes(StandardCharsets.UTF_8);
    int offset = out.size();
    int padding = Math.floorMod(-(offset + 30 + nameBytes.length + 4), 64);
    var crc = new CRC32();
    crc.update(data);
    var local = little(30 + nameBytes.length + 4 + padding);
    local.putInt(0x04034b50).putShort((short) 20);
    common(local, (int) crc.getValue(), data.length);
    local.putShort((short) nameBytes.length).putShort((short) (4 + padding)).put(nameBytes);
    local.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    while (local.hasRemaining()) {
      local.put((byte) 'Z');
    }
    out.writeBytes(local.array());
    out.writeBytes(data);

    var central = little(46 + nameBytes.length);
    central.putInt(0x02014b50).putShort((short) 20).putShort((short) 20);
    common(central, (int) crc.getValue(), data.length);
    central.putShort((short) nameBytes.length).putShort((short) 0).putShort((short) 0);
    central.putShort((short) 0).putShort((short) 0).putInt(0).putInt(offset).put(nameBytes);
    directory.writeBytes(central.array());
    entries++;
  }

  private static void common(ByteBuffer header, int crc, int length) {
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort(DATE_1980_01_01);
    header.putInt(crc).putInt(length).putInt(length);
  }

  private byte[] finish() {
    if (entries > 65_534) {
      throw new IllegalArgumentException("%d tensors are too many for one file".formatted(entries));
    }
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    var end = little(22).putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
    end.putShort((short) entries).putShort((short) entries);
    end.putInt(directory.size()).putInt(start).putShort((short) 0);
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
