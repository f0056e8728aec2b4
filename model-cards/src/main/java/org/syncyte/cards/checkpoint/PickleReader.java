package org.syncyte.cards.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Bytes;
import org.syncyte.cards.checkpoint.Pickled.Call;
import org.syncyte.cards.checkpoint.Pickled.Dict;
import org.syncyte.cards.checkpoint.Pickled.Global;
import org.syncyte.cards.checkpoint.Pickled.Storage;
import org.syncyte.cards.checkpoint.Pickled.Tuple;

/// An abstract pickle machine: it keeps the books of a Python unpickler and executes nothing.
///
/// A closed list of opcodes is known. A mention of a class or function yields its name; a call of
/// it yields a node that says what would have been called. Only plain containers and byte strings
/// are really made. A mention of a name that `GlobalPolicy` calls dangerous ends the reading.
///
/// The memo holds references, since objects enter it before they are filled.
final class PickleReader {
  private static final int MAX_OPCODES = 2_000_000;
  private static final Object MARK = new Object();

  /// One mention of a Python name in the file.
  record Mention(String module, String name, int offset) {}

  private final ByteBuffer in;
  private final Budget budget;
  private final boolean strict;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final Map<Integer, @Nullable Object> memo = new HashMap<>();
  private final List<Mention> mentions = new ArrayList<>();
  private int marks;

  private PickleReader(ByteBuffer in, Budget budget, boolean strict) {
    this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.budget = budget;
    this.strict = strict;
  }

  /// The described object.
  static @Nullable Object read(ByteBuffer pickle, Budget budget) {
    return new PickleReader(pickle, budget, true).run();
  }

  /// Every name that the pickle mentions, dangerous ones included.
  static List<Mention> mentions(ByteBuffer pickle, Budget budget) {
    var reader = new PickleReader(pickle, budget, false);
    reader.run();
    return List.copyOf(reader.mentions);
  }

  /// Adds what the pickle mentions to `found`, up to the step that cannot be followed.
  ///
  /// @throws CheckpointException at that step
  static void mentions(ByteBuffer pickle, Budget budget, List<Mention> found) {
    var reader = new PickleReader(pickle, budget, false);
    try {
      reader.run();
    } finally {
      found.addAll(reader.mentions);
    }
  }

  private @Nullable Object run() {
    for (int count = 0; count < MAX_OPCODES; count++) {
      int opcode = next(1).get() & 0xff;
      if (opcode == '.') {
        var result = pop();
        if (!stack.isEmpty()) {
          throw broken("it stops with values left over");
        }
        if (in.hasRemaining()) {
          throw broken("%d bytes follow its end".formatted(in.remaining()));
        }
        return result;
      }
      step(opcode);
    }
    throw broken("it has more than %d steps".formatted(MAX_OPCODES));
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = unsigned8();
        if (protocol > 5) {
          throw broken("its protocol is %d; 0 to 5 are known".formatted(protocol));
        }
      }
      case 0x95 -> next(8);
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        var name = pop();
        var module = pop();
        if (!(module instanceof String m) || !(name instanceof String n)) {
          throw broken("a class name is not text");
        }
        push(global(m, n));
      }
      case 'X' -> push(utf8(length4()));
      case 0x8c -> push(utf8(unsigned8()));
      case 0x8d -> push(utf8(length8()));
      case 'U' -> push(latin1(unsigned8()));
      case 'T' -> push(latin1(length4()));
      case 'C' -> push(bytes(unsigned8()));
      case 'B' -> push(bytes(length4()));
      case 0x8e, 0x96 -> push(bytes(length8()));
      case 'K' -> push((long) unsigned8());
      case 'M' -> push((long) (next(2).getShort() & 0xffff));
      case 'J' -> push((long) next(4).getInt());
      case 0x8a -> push(integer(unsigned8()));
      case 0x8b -> push(integer(length4()));
      case 'G' -> push(next(8).order(ByteOrder.BIG_ENDIAN).getDouble());
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'N' -> push(null);
      case 'I', 'L' -> push(textInteger(line()));
      case 'F' -> push(textDouble(line()));
      case 'V' -> push(line());
      case ')' -> push(new Tuple(List.of()));
      case 0x85 -> push(new Tuple(pops(1)));
      case 0x86 -> push(new Tuple(pops(2)));
      case 0x87 -> push(new Tuple(pops(3)));
      case 't' -> push(new Tuple(popToMark()));
      case ']', 0x8f -> push(new ArrayList<@Nullable Object>());
      case 'l', 0x91 -> push(popToMark());
      case '}' -> push(new Dict());
      case 'd' -> {
        var pairs = popToMark();
        var dict = new Dict();
        setItems(dict, pairs);
        push(dict);
      }
      case '(' -> {
        marks++;
        push(MARK);
      }
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case 'a' -> {
        var item = pop();
        append(single(item));
      }
      case 'e', 0x90 -> append(popToMark());
      case 's' -> {
        var pair = pops(2);
        setItems(top(), pair);
      }
      case 'u' -> {
        var pairs = popToMark();
        setItems(top(), pairs);
      }
      case 'q' -> memo.put(unsigned8(), top());
      case 'r' -> memo.put(next(4).getInt(), top());
      case 'p' -> memo.put((int) textLong(line()), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> recall(unsigned8());
      case 'j' -> recall(next(4).getInt());
      case 'g' -> recall((int) textLong(line()));
      case 'R', 0x81 -> {
        var args = pop();
        push(call(pop(), args));
      }
      case 0x92 -> {
        pop();
        var args = pop();
        push(call(pop(), args));
      }
      case 'b' -> {
        var state = pop();
        // An OrderedDict carries `_metadata` this way; it says nothing that a reader needs.
        if (top() instanceof Call call) {
          call.state = state;
        } else if (!(top() instanceof Dict)) {
          throw broken("state is given to something that cannot hold it");
        }
      }
      case 'Q' -> push(storage(pop()));
      default ->
          throw broken(
              "opcode 0x%02x at byte %d is not one that saved models use"
                  .formatted(opcode, in.position() - 1));
    }
  }

  private Object global(String module, String name) {
    mentions.add(new Mention(module, name, in.position()));
    if (strict && GlobalPolicy.of(module, name) == GlobalPolicy.DANGEROUS) {
      throw new CheckpointException(
          ("the file mentions '%s.%s', which can run code when Python loads it; it is refused."
                  + " Ask its author for a file without it")
              .formatted(module, name));
    }
    return new Global(module, name);
  }

  /// Plain containers and byte strings are made; anything else becomes a node.
  private Object call(@Nullable Object target, @Nullable Object arguments) {
    if (!(target instanceof Global global) || !(arguments instanceof Tuple(var args))) {
      throw broken("something other than a named class is called");
    }
    switch (global.toString()) {
      case "collections.OrderedDict",
          "collections.defaultdict",
          "__builtin__.dict",
          "builtins.dict" -> {
        var dict = new Dict();
        if (!args.isEmpty() && args.getFirst() instanceof List<?> pairs) {
          budget.take(32L * pairs.size(), "a dictionary");
          for (var pair : pairs) {
            var items = pair instanceof Tuple(var both) ? both : pair;
            if (!(items instanceof List<?> list) || list.size() != 2) {
              throw broken("a dictionary is made of something other than pairs");
            }
            dict.put(list.get(0), list.get(1));
          }
        }
        return dict;
      }
      case "_codecs.encode" -> {
        if (!args.isEmpty() && args.getFirst() instanceof String text) {
          budget.take(text.length(), "a byte string");
          return new Bytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      case "__builtin__.bytes", "builtins.bytes", "__builtin__.bytearray", "builtins.bytearray" -> {
        if (args.isEmpty()) {
          return new Bytes(new byte[0]);
        }
      }
      case "__builtin__.list",
          "builtins.list",
          "__builtin__.set",
          "builtins.set",
          "__builtin__.frozenset",
          "builtins.frozenset",
          "__builtin__.tuple",
          "builtins.tuple" -> {
        if (args.isEmpty()) {
          return new ArrayList<@Nullable Object>();
        }
        var items = args.getFirst() instanceof Tuple(var inner) ? inner : args.getFirst();
        if (items instanceof List<?> list) {
          budget.take(16L * list.size(), "a list");
          return new ArrayList<@Nullable Object>(list);
        }
      }
      default -> {}
    }
    return new Call(global, args);
  }

  private static Storage storage(@Nullable Object id) {
    if (id instanceof Tuple(var parts)
        && parts.size() == 5
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements) {
      return new Storage(type, key, elements);
    }
    throw broken("a persistent id is not a tensor storage");
  }

  private void append(List<@Nullable Object> items) {
    var target = top();
    if (target instanceof ArrayList<?>) {
      @SuppressWarnings("unchecked")
      var list = (ArrayList<@Nullable Object>) target;
      list.addAll(items);
    } else if (!(target instanceof Call)) {
      throw broken("items are added to something that is not a list");
    }
  }

  private static void setItems(@Nullable Object target, List<@Nullable Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw broken("a dictionary has a key without a value");
    }
    if (target instanceof Dict dict) {
      for (int i = 0; i < pairs.size(); i += 2) {
        dict.put(pairs.get(i), pairs.get(i + 1));
      }
    } else if (!(target instanceof Call)) {
      throw broken("entries are set on something that is not a dictionary");
    }
  }

  private void recall(int slot) {
    if (!memo.containsKey(slot)) {
      throw broken("it recalls value %d, which it never stored".formatted(slot));
    }
    push(memo.get(slot));
  }

  private void push(@Nullable Object value) {
    stack.add(value);
  }

  private @Nullable Object top() {
    if (stack.isEmpty() || stack.getLast() == MARK) {
      throw broken("it uses a value that is not there");
    }
    return stack.getLast();
  }

  private @Nullable Object pop() {
    var value = top();
    stack.removeLast();
    return value;
  }

  private List<@Nullable Object> pops(int count) {
    var items = new ArrayList<@Nullable Object>(count);
    for (int i = 0; i < count; i++) {
      items.add(pop());
    }
    return items.reversed();
  }

  private static List<@Nullable Object> single(@Nullable Object item) {
    var list = new ArrayList<@Nullable Object>(1);
    list.add(item);
    return list;
  }

  private ArrayList<@Nullable Object> popToMark() {
    if (marks == 0) {
      throw broken("it closes a group that it never opened");
    }
    marks--;
    int start = stack.size() - 1;
    while (stack.get(start) != MARK) {
      start--;
    }
    var tail = stack.subList(start + 1, stack.size());
    var items = new ArrayList<@Nullable Object>(tail);
    stack.subList(start, stack.size()).clear();
    return items;
  }

  private ByteBuffer next(int length) {
    if (length < 0 || length > in.remaining()) {
      throw broken("it ends in the middle of a value");
    }
    var part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private int unsigned8() {
    return next(1).get() & 0xff;
  }

  private int length4() {
    return next(4).getInt();
  }

  private int length8() {
    long length = next(8).getLong();
    return length > Integer.MAX_VALUE ? -1 : (int) length;
  }

  private String utf8(int length) {
    return decode(next(length), StandardCharsets.UTF_8);
  }

  private String latin1(int length) {
    return decode(next(length), StandardCharsets.ISO_8859_1);
  }

  private static String decode(ByteBuffer bytes, Charset charset) {
    try {
      CharBuffer text =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException("the pickle is damaged: a text is not valid UTF-8", e);
    }
  }

  private Bytes bytes(int length) {
    var data = new byte[checked(length)];
    next(length).get(data);
    return new Bytes(data);
  }

  private int checked(int length) {
    if (length < 0 || length > in.remaining()) {
      throw broken("it ends in the middle of a value");
    }
    return length;
  }

  private Object integer(int length) {
    if (length == 0) {
      return 0L;
    }
    if (length > 64) {
      throw broken("a number of %d bytes is not one that saved models hold".formatted(length));
    }
    var data = new byte[checked(length)];
    var part = next(length);
    for (int i = length - 1; i >= 0; i--) {
      data[i] = part.get();
    }
    return narrow(new BigInteger(data));
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private String line() {
    int end = in.position();
    while (end < in.limit() && in.get(end) != '\n') {
      end++;
    }
    if (end == in.limit() || end - in.position() > 4096) {
      throw broken("a line of text does not end");
    }
    var text = utf8(end - in.position());
    in.get();
    return text;
  }

  private static Object textInteger(String line) {
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default -> textLong(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
    };
  }

  private static long textLong(String line) {
    try {
      return Long.parseLong(line);
    } catch (NumberFormatException e) {
      throw new CheckpointException("the pickle is damaged: '%s' is no number".formatted(line), e);
    }
  }

  private static double textDouble(String line) {
    try {
      return Double.parseDouble(line);
    } catch (NumberFormatException e) {
      throw new CheckpointException("the pickle is damaged: '%s' is no number".formatted(line), e);
    }
  }

  private static CheckpointException broken(String why) {
    return new CheckpointException("the pickle is damaged or hostile: " + why);
  }
}
