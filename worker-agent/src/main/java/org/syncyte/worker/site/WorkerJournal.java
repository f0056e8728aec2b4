package org.syncyte.worker.site;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// What the agent was told and what it answered, on disk before anyone hears of it.
///
///     file   = "scfedwj1" record*
///     record = length (u32)  CRC-32C over length and payload (u32)  payload
///
/// Invariant: whatever instant the process or the machine dies at, opening the file again yields a
/// prefix of the records appended, and every record whose `append` had returned. A last record that
/// is cut short, or whose checksum fails, was never acknowledged: it is cut off. Rules built on it:
///
///  - a command is appended before its offset is committed, so none is lost;
///  - an answer is appended, signature and all, before it is sent, so that a restart sends the very
///    same bytes again instead of a second, different answer.
///
/// One process at a time: the file is locked.
final class WorkerJournal implements AutoCloseable {
  /// Something that happened, in order.
  sealed interface Entry {
    /// A message from the coordinator, as received.
    record Command(String topic, long offset, Map<String, byte[]> headers, byte[] value)
        implements Entry {}

    /// A signed message of ours, ready to be sent.
    record Answer(long seq, byte[] commandId, Map<String, byte[]> headers, byte[] value)
        implements Entry {}

    /// The broker has the answer with that number.
    record Sent(long seq) implements Entry {}

    /// The command with that id needs no more work.
    record Done(byte[] commandId) implements Entry {}
  }

  private static final byte[] MAGIC = "scfedwj1".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_RECORD = 4 << 20;
  private static final int MAX_HEADERS = 64;

  private final FileChannel channel;
  private final List<Entry> recovered;

  private WorkerJournal(FileChannel channel, List<Entry> recovered) {
    this.channel = channel;
    this.recovered = recovered;
  }

  /// Opens or creates the journal, and cuts off a torn tail.
  static WorkerJournal open(Path file) {
    try {
      var parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw locked(file);
        }
        return new WorkerJournal(channel, recover(file, channel));
      } catch (java.nio.channels.OverlappingFileLockException e) {
        channel.close();
        throw locked(file);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the journal " + file, e);
    }
  }

  /// What was in the file when it was opened.
  List<Entry> recovered() {
    return recovered;
  }

  /// Returns once the entry is on disk.
  synchronized void append(Entry entry) {
    try {
      var payload = encode(entry);
      var record = ByteBuffer.allocate(8 + payload.length);
      record.putInt(payload.length).putInt(checksum(payload)).put(payload).flip();
      while (record.hasRemaining()) {
        channel.write(record);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IllegalStateException locked(Path file) {
    return new IllegalStateException(
        file + " is in use: another agent of this site is running on this folder");
  }

  private static List<Entry> recover(Path file, FileChannel channel) throws IOException {
    var head = ByteBuffer.allocate(MAGIC.length);
    read(channel, head, 0);
    head.flip();
    var known = ByteBuffer.wrap(MAGIC, 0, head.remaining());
    if (!head.equals(known)) {
      throw new IllegalArgumentException(
          file + " is not a worker journal of this release; move it away to start anew");
    }
    if (head.remaining() < MAGIC.length) {
      channel.truncate(0).position(0);
      channel.write(ByteBuffer.wrap(MAGIC));
      channel.force(true);
      return List.of();
    }
    var entries = new ArrayList<Entry>();
    long position = MAGIC.length;
    var frame = ByteBuffer.allocate(8);
    while (read(channel, frame.clear(), position) == 8) {
      int length = frame.getInt(0);
      if (length <= 0 || length > MAX_RECORD || position + 8 + length > channel.size()) {
        break;
      }
      var payload = new byte[length];
      read(channel, ByteBuffer.wrap(payload), position + 8);
      if (checksum(payload) != frame.getInt(4)) {
        break;
      }
      entries.add(decode(payload));
      position += 8 + length;
    }
    if (position < channel.size()) {
      channel.truncate(position);
      channel.force(true);
    }
    channel.position(position);
    return List.copyOf(entries);
  }

  private static int read(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int count = channel.read(target, position + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  private static int checksum(byte[] payload) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(payload.length).flip());
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static byte[] encode(Entry entry) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    switch (entry) {
      case Entry.Command(var topic, var offset, var headers, var value) -> {
        out.writeByte(1);
        out.writeUTF(topic);
        out.writeLong(offset);
        message(out, headers, value);
      }
      case Entry.Answer(var seq, var commandId, var headers, var value) -> {
        out.writeByte(2);
        out.writeLong(seq);
        blob(out, commandId);
        message(out, headers, value);
      }
      case Entry.Sent(var seq) -> {
        out.writeByte(3);
        out.writeLong(seq);
      }
      case Entry.Done(var commandId) -> {
        out.writeByte(4);
        blob(out, commandId);
      }
    }
    return bytes.toByteArray();
  }

  private static Entry decode(byte[] payload) {
    var in = ByteBuffer.wrap(payload);
    return switch (in.get()) {
      case 1 -> new Entry.Command(utf(in), in.getLong(), headers(in), blob(in));
      case 2 -> new Entry.Answer(in.getLong(), blob(in), headers(in), blob(in));
      case 3 -> new Entry.Sent(in.getLong());
      case 4 -> new Entry.Done(blob(in));
      default ->
          throw new IllegalArgumentException(
              "the journal holds a record of a newer release; use that release to go on");
    };
  }

  private static void message(DataOutputStream out, Map<String, byte[]> headers, byte[] value)
      throws IOException {
    out.writeByte(headers.size());
    for (var header : headers.entrySet()) {
      out.writeUTF(header.getKey());
      blob(out, header.getValue());
    }
    blob(out, value);
  }

  private static void blob(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Map<String, byte[]> headers(ByteBuffer in) {
    int count = Math.min(in.get(), MAX_HEADERS);
    var headers = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < count; i++) {
      headers.put(utf(in), blob(in));
    }
    return headers;
  }

  private static byte[] blob(ByteBuffer in) {
    var bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }

  private static String utf(ByteBuffer in) {
    var bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
