package org.syncyte.worker.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.worker.site.WorkerJournal.Entry;

class WorkerJournalTest {
  @TempDir Path folder;

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry.Command("scfed.f.ctl", 7, Map.of("t", new byte[] {1, 2}), new byte[] {3, 4, 5}),
          new Entry.Answer(12, new byte[] {9}, Map.of("sig", new byte[64]), new byte[200]),
          new Entry.Sent(12),
          new Entry.Done(new byte[16]));

  @Test
  void returnsWhatWasAppended() {
    assertThat(describe(reopened(written()))).isEqualTo(describe(ENTRIES));
  }

  @Test
  void cutsTheTailTornAtAnyByteAndGoesOn() throws IOException {
    var whole = Files.readAllBytes(written());
    for (int length = 0; length < whole.length; length++) {
      var torn = folder.resolve("torn");
      Files.write(torn, Arrays.copyOf(whole, length));
      int kept;
      try (var journal = WorkerJournal.open(torn)) {
        kept = journal.recovered().size();
        assertThat(describe(journal.recovered())).isEqualTo(describe(ENTRIES.subList(0, kept)));
        journal.append(new Entry.Sent(99));
      }
      var after = new ArrayList<>(describe(ENTRIES.subList(0, kept)));
      after.addAll(describe(List.of(new Entry.Sent(99))));
      assertThat(describe(reopened(torn))).isEqualTo(after);
    }
  }

  @Test
  void keepsThePrefixBeforeAnyFlippedBit() throws IOException {
    var whole = Files.readAllBytes(written());
    var random = new Random(1);
    for (int trial = 0; trial < 500; trial++) {
      var damaged = whole.clone();
      damaged[8 + random.nextInt(whole.length - 8)] ^= (byte) (1 << random.nextInt(8));
      var file = folder.resolve("damaged");
      Files.write(file, damaged);
      var recovered = describe(reopened(file));
      assertThat(recovered).isEqualTo(describe(ENTRIES.subList(0, recovered.size())));
      assertThat(recovered.size()).isLessThan(ENTRIES.size());
    }
  }

  @Test
  void refusesAFileOfAnotherKind() throws IOException {
    var file = Files.writeString(folder.resolve("notes.txt"), "these are notes, not a journal");
    assertThatThrownBy(() -> reopened(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a worker journal");
    assertThat(Files.readString(file)).startsWith("these are notes");
  }

  @Test
  void letsOnlyOneAgentIn() {
    var file = folder.resolve("journal");
    try (var _ = WorkerJournal.open(file)) {
      assertThatThrownBy(() -> reopened(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another agent");
    }
  }

  private Path written() {
    var file = folder.resolve("whole");
    try (var journal = WorkerJournal.open(file)) {
      ENTRIES.forEach(journal::append);
    }
    return file;
  }

  private static List<Entry> reopened(Path file) {
    try (var journal = WorkerJournal.open(file)) {
      return journal.recovered();
    }
  }

  private static List<String> describe(List<Entry> entries) {
    return entries.stream()
        .map(entry ->
            switch (entry) {
              case Entry.Command(var topic, var offset, var headers, var value) ->
                  topic + offset + describe(headers) + Arrays.toString(value);
              case Entry.Answer(var seq, var id, var headers, var value) ->
                  seq + Arrays.toString(id) + describe(headers) + Arrays.toString(value);
              case Entry.Sent(var seq) -> "sent" + seq;
              case Entry.Done(var id) -> "done" + Arrays.toString(id);
            })
        .toList();
  }

  private static String describe(Map<String, byte[]> headers) {
    var text = new StringBuilder();
    headers.forEach((name, value) -> text.append(name).append(Arrays.toString(value)));
    return text.toString();
  }
}
