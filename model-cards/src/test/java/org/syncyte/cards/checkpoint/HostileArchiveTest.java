package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileArchiveTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "os system",
        "posix system",
        "nt system",
        "subprocess Popen",
        "builtins eval",
        "__builtin__ getattr",
        "builtins __import__",
        "torch load",
        "torch.hub load",
        "torch.serialization load",
        "importlib import_module",
        "operator attrgetter",
        "types FunctionType",
        "runpy _run_code",
        "commands getoutput",
        "numpy.testing._private.utils runstring",
        "collections abc.sys.modules",
        "pickle loads",
        "pandas.io.pickle read_pickle"
      })
  void refusesNamesThatRunCodeAndSaysWhich(String name) {
    var parts = name.split(" ");
    var named = parts[0] + "." + parts[1];
    var call = Archives.text("id") + "\u0085R";
    var spelled = "c" + parts[0] + "\n" + parts[1] + "\n";
    var stacked = Archives.text(parts[0]) + Archives.text(parts[1]) + "\u0093";
    var remembered = Archives.text(parts[1]) + "q\1" + "0" + Archives.text(parts[0]) + "h\1\u0093";
    for (var mention : new String[] {spelled, stacked, remembered}) {
      assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute(mention + call)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("'" + named + "'");
    }
  }

  @Test
  void keepsTheRestReadableBesideAnUnknownClass() {
    var model =
        TorchArchive.read(
            Archives.withAttribute("cpandas_of_2040\nFrame\n" + Archives.tuple(1) + "R"));
    assertThat(model.attributes()).containsEntry("x_", new Opaque("pandas_of_2040.Frame", null));
    assertThat(model.varNames()).containsExactly("g");
  }

  @Test
  void scansEveryNameWithItsVerdict() throws IOException {
    var bytes =
        Archives.withAttribute("cos\nsystem\n" + Archives.text("id") + "\u0085R0cmine\nThing\n)R");
    assertThat(PickleScan.of(bytes).findings())
        .extracting(finding -> finding.module() + "." + finding.name() + " " + finding.verdict())
        .containsExactly("os.system DANGEROUS", "mine.Thing UNKNOWN");
    assertThat(PickleScan.of(bytes).verdict()).isEqualTo(GlobalPolicy.DANGEROUS);
    assertThat(PickleScan.of(Fixtures.bytes("scvi133-scvi.pt")).verdict())
        .isEqualTo(GlobalPolicy.ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0082\1", "\u0083\1\0", "\u0084\1\0\0\0", "(ios\nsystem\n", "(o", "Pid\n"})
  void refusesOpcodesOutsideTheClosedList(String opcode) {
    assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute(opcode)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("opcode");
  }

  @Test
  void refusesBytesAfterTheEnd() {
    assertThatThrownBy(
            () -> TorchArchive.read(Archives.of(Archives.root("}", "N") + "cos\nsystem\n.")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("follow its end");
  }

  @Test
  void refusesPersistentIdsThatAreNotStorages() {
    assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute(Archives.text("x") + "Q")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("storage");
  }

  @Test
  void refusesListsThatDoubleThemselves() {
    var bomb = new StringBuilder("](" + Archives.text("lol") + "e");
    for (int i = 0; i < 60; i++) {
      bomb.append("q\0" + "0]h\0ah\0a");
    }
    assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute(bomb.toString())))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("more than");
  }

  @Test
  void refusesByteStringsThatMultiply() {
    var bomb = new StringBuilder("](" + Archives.text("x".repeat(1 << 20)) + "q\0");
    for (int i = 0; i < 2000; i++) {
      bomb.append("c_codecs\nencode\nh\0").append(Archives.text("latin1")).append("\u0086R");
    }
    assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute(bomb + "e")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("claims");
  }

  @Test
  void refusesAValueThatContainsItself() {
    assertThatThrownBy(() -> TorchArchive.read(Archives.withAttribute("]q\0h\0a")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("contains itself");
  }

  @Test
  void refusesDeepNesting() {
    assertThatThrownBy(() ->
            TorchArchive.read(Archives.withAttribute("]".repeat(100_000) + "a".repeat(99_999))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("nested");
  }

  @Test
  void refusesHugeTensorsOfSmallFiles() {
    byte[] four = {0, 0, (byte) 0x80, 0x3f};
    var repeated =
        Archives.withTensor(
            "FloatStorage", 1, 0, Archives.tuple(2_000_000_000), Archives.tuple(0), four);
    assertThatThrownBy(() -> TorchArchive.read(repeated))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("claims");
    var lying =
        Archives.withTensor(
            "FloatStorage",
            2_000_000_000,
            0,
            Archives.tuple(2_000_000_000),
            Archives.tuple(1),
            four);
    assertThatThrownBy(() -> TorchArchive.read(lying))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("its bytes hold 1");
    var beyond =
        Archives.withTensor("FloatStorage", 1, 1, Archives.tuple(1), Archives.tuple(1), four);
    assertThatThrownBy(() -> TorchArchive.read(beyond))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("reaches element 1");
    var negative =
        Archives.withTensor("FloatStorage", 1, 0, Archives.tuple(2), Archives.tuple(-1), four);
    assertThatThrownBy(() -> TorchArchive.read(negative))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("stride");
    var many =
        Archives.withTensor(
            "FloatStorage",
            1,
            0,
            Archives.tuple(1 << 30, 1 << 30, 1 << 30),
            Archives.tuple(0, 0, 0),
            four);
    assertThatThrownBy(() -> TorchArchive.read(many))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("2^31");
  }

  @Test
  void readsStridedViewsAndNarrowTypes() {
    byte[] data = {0, 1, 2, 3, 4, 5};
    var transposed =
        Archives.withTensor("ByteStorage", 6, 1, Archives.tuple(2, 2), Archives.tuple(1, 2), data);
    assertThat(TorchArchive.read(transposed).state().tensors().get("w"))
        .usingRecursiveComparison()
        .isEqualTo(new Tensor.Longs(new long[] {2, 2}, new long[] {1, 3, 2, 4}));
    byte[] brain = {(byte) 0x80, 0x3f, 0x40, (byte) 0xc0};
    var halves =
        Archives.withTensor("BFloat16Storage", 2, 0, Archives.tuple(2), Archives.tuple(1), brain);
    assertThat(TorchArchive.read(halves).state().floats("w").values()).containsExactly(1f, -3f);
    var truths =
        Archives.withTensor(
            "BoolStorage", 2, 0, Archives.tuple(2), Archives.tuple(1), new byte[] {1, 0});
    assertThat(TorchArchive.read(truths).state().tensors().get("w"))
        .usingRecursiveComparison()
        .isEqualTo(new Tensor.Longs(new long[] {2}, new long[] {1, 0}));
  }

  @Test
  void readsCompressedMembersButNoBombs() throws IOException {
    assertThat(
            TorchArchive.read(zip("a/data.pkl", Archives.bytes(Archives.root("}", "N"))))
                .varNames())
        .containsExactly("g");
    assertThatThrownBy(() -> TorchArchive.read(zip("a/data.pkl", new byte[50 << 20])))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("limit is 200:1");
  }

  @Test
  void refusesTwoPicklesAndForeignMembers() throws IOException {
    var pickle = Archives.bytes(Archives.root("}", "N"));
    assertThatThrownBy(() -> TorchArchive.read(zip("a/data.pkl", pickle, "a/b/data.pkl", pickle)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("two pickles");
    assertThatThrownBy(() -> TorchArchive.read(zip("a/data.pkl", pickle, "../evil", pickle)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'../evil'");
    assertThatThrownBy(() -> TorchArchive.read(zip("a/data.pkl", pickle, "b/x", pickle)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'b/x'");
  }

  @Test
  void refusesDuplicateAndDisagreeingNames() {
    var good = Archives.of(Archives.root("}", "N"));
    var text = new String(good, StandardCharsets.ISO_8859_1);
    int central = text.lastIndexOf("archive/version");
    var renamed = good.clone();
    renamed[central] = 'A';
    assertThatThrownBy(() -> TorchArchive.read(renamed)).isInstanceOf(CheckpointException.class);
    var pickle = good.clone();
    pickle[text.indexOf("archive/data.pkl") + 1] = 'R';
    assertThatThrownBy(() -> TorchArchive.read(pickle))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("calls itself");
  }

  @Test
  void refusesTwoMembersOfOneName() {
    var one = new byte[] {1, 2, 3, 4};
    var text =
        new String(Archives.of(Archives.root("}", "N"), one, one), StandardCharsets.ISO_8859_1);
    var twice = Archives.bytes(text.replace("archive/data/1", "archive/data/0"));
    assertThatThrownBy(() -> TorchArchive.read(twice))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("two members named 'archive/data/0'");
  }

  @Test
  void refusesMembersThatMakeTorchRunCode() throws IOException {
    var pickle = Archives.bytes(Archives.root("}", "N"));
    for (var member : new String[] {"a/constants.pkl", "a/code/x.py"}) {
      assertThatThrownBy(() -> TorchArchive.read(zip("a/data.pkl", pickle, member, pickle)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(member);
    }
  }

  @Test
  void refusesDamagedContent() {
    var bytes = Fixtures.bytes("scvi133-scvi.portable.pt");
    bytes[200] ^= 1;
    assertThatThrownBy(() -> TorchArchive.read(bytes))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("checksum");
  }

  private static byte[] zip(Object... namesAndContents) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
        zip.write((byte[]) namesAndContents[i + 1]);
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }
}
