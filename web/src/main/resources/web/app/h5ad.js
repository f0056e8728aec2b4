// The gene names of an h5ad file, read in the browser: only the few pages of the file that lead to
// them are looked at, whatever its size, and nothing leaves the page.
//
// HDF5 as the file format specification 3.0 has it: superblocks 0 to 3, object headers 1 and 2,
// groups as symbol tables, links, and links in a fractal heap; strings of fixed and of variable
// length; contiguous, compact and chunked data; deflate, shuffle, LZF and Fletcher32. Every count
// and every length that a file claims is checked against the file and against a budget before
// anything is reserved for it.

const UNDEFINED = 0xffffffffffffffffn;
const PAGE = 1 << 16;
const PAGES = 256;
const MAX_READ = 512 << 20;
const MAX_STEPS = 2_000_000;
const MAX_BLOCK = 16 << 20;
const MAX_NAMES = 500_000;
const MAX_DEPTH = 24;

export class H5adProblem extends Error {}

const fail = (why) => {
  throw new H5adProblem(why);
};

// Bytes of the file, a page at a time, the last few kept.
class Pages {
  #pages = new Map();
  #read = 0;
  #steps = 0;

  constructor(file) {
    this.file = file;
    this.size = file.size;
    this.base = 0;
  }

  // Structures that lead back to themselves would never end.
  step(count = 1) {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) fail("its structures are too many to walk through");
  }

  async bytes(address, length) {
    this.step();
    const at = this.base + address;
    if (!Number.isSafeInteger(at) || at < 0 || length < 0 || at + length > this.size) {
      fail("it is cut short, or points outside itself");
    }
    if (length > MAX_BLOCK) fail(`one block has ${length} bytes`);
    const first = Math.floor(at / PAGE);
    const last = Math.floor((at + Math.max(0, length - 1)) / PAGE);
    if (first === last) {
      const page = await this.#page(first);
      return page.subarray(at - first * PAGE, at - first * PAGE + length);
    }
    if (last - first > 8) return this.#slice(at, at + length);
    const all = new Uint8Array(length);
    for (let number = first; number <= last; number++) {
      const page = await this.#page(number);
      const from = Math.max(at, number * PAGE);
      const to = Math.min(at + length, (number + 1) * PAGE);
      all.set(page.subarray(from - number * PAGE, to - number * PAGE), from - at);
    }
    return all;
  }

  async at(address, length) {
    return new Cursor(await this.bytes(address, length));
  }

  // Checks the four letters that a structure begins with.
  async signed(address, letters, length) {
    const cursor = await this.at(address, length);
    if (cursor.letters(4) !== letters) fail(`no ${letters} where one should be`);
    return cursor;
  }

  async #page(number) {
    let page = this.#pages.get(number);
    if (page) {
      this.#pages.delete(number);
    } else {
      page = await this.#slice(number * PAGE, Math.min(this.size, (number + 1) * PAGE));
      if (this.#pages.size >= PAGES) this.#pages.delete(this.#pages.keys().next().value);
    }
    this.#pages.set(number, page);
    return page;
  }

  async #slice(from, to) {
    this.#read += to - from;
    if (this.#read > MAX_READ) fail("its gene names lie too far apart to be read here");
    return new Uint8Array(await this.file.slice(from, to).arrayBuffer());
  }
}

// Little-endian numbers, one after the other.
class Cursor {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  skip(count) {
    this.#need(count);
    this.at += count;
    return this;
  }

  #need(count) {
    if (count < 0 || count > this.left) fail("a structure is cut short");
  }

  u8() {
    this.#need(1);
    return this.bytes[this.at++];
  }

  u16() {
    this.#need(2);
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }

  u32() {
    this.#need(4);
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  // A length; beyond 2^53 nothing real.
  u64() {
    this.#need(8);
    this.at += 8;
    const value = this.view.getBigUint64(this.at - 8, true);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
  }

  // An address, or null for none.
  address() {
    this.#need(8);
    this.at += 8;
    const value = this.view.getBigUint64(this.at - 8, true);
    return value === UNDEFINED ? null : value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
  }

  sized(width) {
    if (width > 8) fail(`a number of ${width} bytes`);
    let value = 0;
    for (let i = 0; i < width; i++) value += this.u8() * 256 ** i;
    return value;
  }

  take(count) {
    this.#need(count);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  letters(count) {
    return String.fromCharCode(...this.take(count));
  }

  // Version 1 structures round lengths up to eight.
  rounded(count) {
    const taken = this.take(count);
    this.at = Math.min(this.bytes.length, this.at + ((8 - (count % 8)) % 8));
    return taken;
  }
}

const text = (bytes) => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

const placed = (address, what) => (address === null ? fail(`${what} is nowhere in it`) : address);

async function root(pages) {
  for (let at = 0; at + 96 <= pages.size && at <= 1 << 26; at = at ? at * 2 : 512) {
    const start = await pages.at(at, 96);
    if (start.letters(8) !== "\x89HDF\r\n\x1a\n") continue;
    const version = start.u8();
    if (version <= 1) {
      start.skip(4);
      const widths = [start.u8(), start.u8()];
      if (widths.some((width) => width !== 8)) fail(`its addresses have ${widths[0]} bytes, not 8`);
      start.skip(1 + 4 + 4 + (version === 1 ? 4 : 0));
      pages.base = start.address() ?? 0;
      start.skip(3 * 8 + 8);
      return placed(start.address(), "its top group");
    }
    if (version > 3) fail(`its superblock has version ${version}`);
    const widths = [start.u8(), start.u8()];
    if (widths.some((width) => width !== 8)) fail(`its addresses have ${widths[0]} bytes, not 8`);
    start.skip(1);
    pages.base = start.address() ?? 0;
    start.skip(16);
    return placed(start.address(), "its top group");
  }
  return fail("it does not begin as HDF5 files do");
}

// The messages of an object: kind -> list of their bytes.
async function header(pages, address) {
  const messages = new Map();
  const start = await pages.at(address, Math.min(16, pages.size - pages.base - address));
  const keep = async (kind, flags, bytes) => {
    pages.step();
    const body = flags & 2 ? await shared(pages, kind, bytes) : bytes;
    messages.set(kind, [...(messages.get(kind) ?? []), body]);
  };
  const blocks = [];
  const fresh = start.letters(4) === "OHDR";
  let ordered = false;
  if (fresh) {
    const version = start.u8();
    if (version !== 2) fail(`an object header has version ${version}`);
    const flags = start.u8();
    ordered = (flags & 4) !== 0;
    const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 1 << (flags & 3);
    const size = (await pages.at(address + before, width)).sized(width);
    blocks.push([address + before + width, size]);
  } else {
    start.at = 0;
    if (start.u8() !== 1) fail("an object header has an unknown form");
    start.skip(7);
    blocks.push([address + 16, start.u32()]);
  }
  for (let number = 0; number < blocks.length; number++) {
    if (number > 1000) fail("an object header has too many pieces");
    const block = await pages.at(...blocks[number]);
    const least = fresh ? 4 + (ordered ? 2 : 0) : 8;
    while (block.left >= least) {
      const kind = fresh ? block.u8() : block.u16();
      const size = block.u16();
      const flags = block.u8();
      block.skip(fresh ? (ordered ? 2 : 0) : 3);
      const body = block.take(size);
      if (kind === 0x10) {
        const next = new Cursor(body);
        const from = placed(next.address(), "a piece of an object header");
        const length = next.u64();
        if (fresh) await pages.signed(from, "OCHK", 4);
        blocks.push(fresh ? [from + 4, length - 8] : [from, length]);
      } else if (kind !== 0) {
        await keep(kind, flags, body);
      }
    }
  }
  return messages;
}

async function shared(pages, kind, bytes) {
  const where = new Cursor(bytes);
  const version = where.u8();
  const form = where.u8();
  if (version === 1) where.skip(6);
  if (version > 3 || (version === 3 && form === 1)) fail("a message is kept in a shared heap");
  pages.step(1000);
  const there = await header(pages, placed(where.address(), "a shared message"));
  return there.get(kind)?.[0] ?? fail("a shared message is missing");
}

// The members of a group: name -> address of the object, or null for links to elsewhere.
async function members(pages, messages) {
  const found = new Map();
  const symbols = messages.get(0x11)?.[0];
  if (symbols) {
    const where = new Cursor(symbols);
    const tree = placed(where.address(), "a group");
    const heap = await pages.signed(placed(where.address(), "a group"), "HEAP", 32);
    heap.skip(4);
    const size = heap.u64();
    heap.skip(8);
    const names = await pages.bytes(placed(heap.address(), "the names of a group"), size);
    for await (const leaf of treeLeaves(pages, tree, 0, 8)) {
      const node = await pages.signed(leaf.child, "SNOD", 8);
      node.skip(2);
      const count = node.u16();
      const entries = await pages.at(leaf.child + 8, count * 40);
      for (let i = 0; i < count; i++) {
        const name = entries.u64();
        if (name >= names.length) fail("a name lies outside its heap");
        const target = entries.address();
        const cached = entries.u32();
        entries.skip(20);
        found.set(text(names.subarray(name)), cached === 2 ? null : target);
      }
    }
  }
  for (const body of messages.get(0x06) ?? []) link(body, found);
  const info = messages.get(0x02)?.[0];
  if (info) {
    const where = new Cursor(info).skip(1);
    if (where.u8() & 1) where.skip(8);
    const heap = where.address();
    const index = where.address();
    if (heap !== null && index !== null) {
      for await (const body of heapObjects(pages, heap, index, 5, 4)) link(body, found);
    }
  }
  return found;
}

function link(body, found) {
  const at = new Cursor(body);
  if (at.u8() !== 1) fail("a link has an unknown form");
  const flags = at.u8();
  const kind = flags & 8 ? at.u8() : 0;
  if (flags & 4) at.skip(8);
  if (flags & 0x10) at.skip(1);
  const name = new TextDecoder().decode(at.take(at.sized(1 << (flags & 3))));
  found.set(name, kind === 0 ? at.address() : null);
}

// The leaves of a version 1 B-tree: what lies between two keys, with the key before it.
async function* treeLeaves(pages, address, kind, keySize, depth = 0) {
  if (depth > MAX_DEPTH) fail("a tree is too deep");
  const node = await pages.signed(address, "TREE", 24);
  if (node.u8() !== kind) fail("a tree is of another kind");
  const level = node.u8();
  const count = node.u16();
  const entries = await pages.at(address + 24, count * (keySize + 8));
  for (let i = 0; i < count; i++) {
    const key = new Cursor(entries.take(keySize));
    const child = placed(entries.address(), "a part of a tree");
    if (level > 0) yield* treeLeaves(pages, child, kind, keySize, depth + 1);
    else yield { key, child };
  }
}

const log2 = (value) => Math.floor(Math.log2(value));
const width = (limit) => Math.floor(log2(Math.max(1, limit)) / 8) + 1;

// The objects of a fractal heap that a version 2 B-tree lists; `before` bytes stand before each id.
async function* heapObjects(pages, heapAddress, treeAddress, kind, before) {
  const heap = await fractalHeap(pages, heapAddress);
  const tree = await pages.signed(treeAddress, "BTHD", 34);
  tree.skip(1);
  if (tree.u8() !== kind) fail("an index is of another kind");
  const size = tree.u32();
  const record = tree.u16();
  const depth = tree.u16();
  tree.skip(2);
  const top = tree.address();
  const count = tree.u16();
  if (record < before + heap.idLength || size < 32 || size > 1 << 20 || depth > MAX_DEPTH) {
    fail("an index has an unknown form");
  }
  const levels = [{ max: Math.floor((size - 10) / record), width: 0 }];
  levels[0].sum = levels[0].max;
  const counted = width(levels[0].max);
  for (let level = 1; level <= depth; level++) {
    const below = levels[level - 1];
    const pointer = 8 + counted + below.width;
    const max = Math.floor((size - 10 - pointer) / (record + pointer));
    const sum = (max + 1) * below.sum + max;
    levels.push({ max, sum, width: width(sum) });
  }
  yield* walk(top, count, depth);

  async function* walk(address, records, level) {
    if (address === null || records === 0) return;
    if (records * record + 6 > size) fail("an index claims more than it holds");
    const node = await pages.signed(address, level ? "BTIN" : "BTLF", size);
    node.skip(2);
    for (let i = 0; i < records; i++) {
      const id = new Cursor(node.take(record)).skip(before).take(heap.idLength);
      yield heap.object(id);
    }
    for (let i = 0; level && i <= records; i++) {
      const child = node.address();
      const below = node.sized(counted);
      if (level > 1) node.skip(levels[level - 1].width);
      yield* walk(child, below, level - 1);
    }
  }
}

async function fractalHeap(pages, address) {
  const at = await pages.signed(address, "FRHP", 142);
  at.skip(1);
  const idLength = at.u16();
  if (at.u16()) fail("a group is compressed");
  at.skip(1);
  const managed = at.u32();
  at.skip(12 * 8);
  const columns = at.u16();
  const first = at.u64();
  const largest = at.u64();
  const bits = at.u16();
  at.skip(2);
  const top = placed(at.address(), "a heap");
  const rows = at.u16();
  if (!columns || !first || bits > 64 || largest < first || rows > 64) fail("a heap has an unknown form");
  const offsetWidth = Math.ceil(bits / 8);
  const lengthWidth = Math.ceil(log2(Math.min(largest, managed || largest)) / 8);
  const sizeOf = (row) => (row < 2 ? first : first * 2 ** (row - 1));
  const startOf = (row) => (row === 0 ? 0 : columns * first * 2 ** (row - 1));
  const direct = log2(largest) - log2(first) + 2;

  async function object(id) {
    if ((id[0] & 0x30) !== 0) fail("a name is kept outside its heap");
    const where = new Cursor(id, 1);
    const offset = where.sized(offsetWidth);
    const length = where.sized(Math.min(lengthWidth, where.left));
    if (rows === 0) return inside(top, 0, first, offset, length);
    return find(top, 0, rows, offset, length, 0);
  }

  async function find(block, start, count, offset, length, depth) {
    if (depth > MAX_DEPTH) fail("a heap is too deep");
    await pages.signed(block, "FHIB", 4);
    const head = 5 + 8 + offsetWidth;
    for (let row = 0; row < count; row++) {
      const size = sizeOf(row);
      const from = start + startOf(row);
      if (offset < from || offset >= from + columns * size) continue;
      const column = Math.floor((offset - from) / size);
      const child = (await pages.at(block + head + (row * columns + column) * 8, 8)).address();
      const begin = from + column * size;
      if (row < direct) return inside(placed(child, "a part of a heap"), begin, size, offset, length);
      const deeper = log2(size) - log2(first * columns) + 1;
      return find(placed(child, "a part of a heap"), begin, deeper, offset, length, depth + 1);
    }
    return fail("a name lies outside its heap");
  }

  async function inside(block, start, size, offset, length) {
    await pages.signed(block, "FHDB", 4);
    if (offset < start || offset - start + length > size) fail("a name lies outside its heap");
    return pages.bytes(block + offset - start, length);
  }

  return { idLength, object };
}

// Strings, as their kind of data says.
function stringKind(body) {
  const at = new Cursor(body);
  const kind = at.u8() & 15;
  const bits = at.u8();
  at.skip(2);
  const size = at.u32();
  if (kind === 3 && size) return { size, variable: false };
  if (kind === 9 && (bits & 15) === 1 && size === 16) return { size, variable: true };
  if (kind === 6) fail("its genes are a table of the old kind (anndata before 0.7)");
  return fail("its gene names are not text");
}

function dimensions(body) {
  const at = new Cursor(body);
  const version = at.u8();
  const rank = at.u8();
  at.skip(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => at.u64());
}

class GlobalHeap {
  #collections = new Map();

  constructor(pages) {
    this.pages = pages;
  }

  async text(bytes) {
    const at = new Cursor(bytes);
    const length = at.u32();
    const collection = at.address();
    const index = at.u32();
    if (!length || !collection) return "";
    let objects = this.#collections.get(collection);
    if (!objects) {
      objects = await this.#read(collection);
      if (this.#collections.size >= 16) this.#collections.delete(this.#collections.keys().next().value);
      this.#collections.set(collection, objects);
    }
    const found = objects.get(index) ?? fail("a name is missing");
    if (length > found.length) fail("a name is cut short");
    return text(found.subarray(0, length));
  }

  async #read(address) {
    const head = await this.pages.signed(address, "GCOL", 16);
    head.skip(4);
    const size = head.u64();
    if (size < 16) fail("a heap of names is cut short");
    this.pages.step(Math.ceil(Math.min(size, MAX_BLOCK) / 64));
    const at = await this.pages.at(address + 16, size - 16);
    const objects = new Map();
    while (at.left >= 16) {
      this.pages.step();
      const index = at.u16();
      at.skip(6);
      const length = at.u64();
      if (index === 0) break;
      objects.set(index, at.rounded(length));
    }
    return objects;
  }
}

function filtersOf(body) {
  if (!body) return [];
  const at = new Cursor(body);
  const version = at.u8();
  const count = at.u8();
  if (version === 1) at.skip(6);
  return Array.from({ length: count }, () => {
    const id = at.u16();
    const name = version === 1 || id >= 256 ? at.u16() : 0;
    at.skip(2);
    const values = at.u16();
    if (version === 1) at.rounded(name);
    else at.skip(name);
    const client = Array.from({ length: values }, () => at.u32());
    if (version === 1 && values % 2) at.skip(4);
    return { id, client };
  });
}

async function unfiltered(bytes, filters, mask, size) {
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((mask >>> i) & 1) continue;
    const { id, client } = filters[i];
    if (id === 1) bytes = await inflated(bytes, size + 4);
    else if (id === 2) bytes = unshuffled(bytes, client[0] ?? 1);
    else if (id === 3) bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
    else if (id === 32000) bytes = lzf(bytes, size + 4);
    else fail(`its gene names are compressed by filter ${id}`);
  }
  if (bytes.length < size) fail("a piece of its gene names is too short");
  return bytes;
}

async function inflated(bytes, limit) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const pieces = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        fail("a piece of its gene names is longer than it says");
      }
      pieces.push(value);
    }
  } catch (problem) {
    throw problem instanceof H5adProblem ? problem : new H5adProblem("a piece of its gene names is damaged");
  }
  const all = new Uint8Array(length);
  pieces.reduce((at, piece) => (all.set(piece, at), at + piece.length), 0);
  return all;
}

function unshuffled(bytes, width) {
  if (width < 2 || width > bytes.length) return bytes;
  const count = Math.floor(bytes.length / width);
  const all = bytes.slice();
  for (let i = 0; i < count; i++) for (let j = 0; j < width; j++) all[i * width + j] = bytes[j * count + i];
  return all;
}

function lzf(bytes, limit) {
  const all = new Uint8Array(limit);
  let to = 0;
  const at = new Cursor(bytes);
  while (at.left) {
    const control = at.u8();
    if (control < 32) {
      const run = at.take(control + 1);
      if (to + run.length > limit) fail("a piece of its gene names is longer than it says");
      all.set(run, to);
      to += run.length;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += at.u8();
    const from = to - (((control & 31) << 8) | at.u8()) - 1;
    if (from < 0 || to + length + 2 > limit) fail("a piece of its gene names is damaged");
    for (let i = 0; i < length + 2; i++) all[to++] = all[from + i];
  }
  return all.subarray(0, to);
}

// Where the chunks of a one-dimensional data set are: first element, address, bytes, filters left out.
async function* chunks(pages, layout, version, count, size, filtered) {
  if (version === 3) {
    const rank = layout.u8();
    if (rank !== 2) fail("its gene names are a table");
    const tree = layout.address();
    const length = layout.u32();
    if (tree === null) return;
    for await (const { key, child } of treeLeaves(pages, tree, 1, 8 + 8 * rank)) {
      const stored = key.u32();
      const mask = key.u32();
      yield { from: key.u64(), address: child, stored, mask, length };
    }
    return;
  }
  const flags = layout.u8();
  const rank = layout.u8();
  const wide = layout.u8();
  if (rank !== 2) fail("its gene names are a table");
  const length = layout.sized(wide);
  layout.skip(wide);
  if (!length) fail("its gene names come in pieces of nothing");
  const kind = layout.u8();
  const total = Math.ceil(count / length);
  const plain = length * size;
  if (kind === 1) {
    const stored = flags & 2 ? layout.u64() : plain;
    const mask = flags & 2 ? layout.u32() : 0;
    yield { from: 0, address: placed(layout.address(), "its gene names"), stored, mask, length };
  } else if (kind === 2) {
    const start = placed(layout.address(), "its gene names");
    for (let i = 0; i < total; i++) {
      yield { from: i * length, address: start + i * plain, stored: plain, mask: 0, length };
    }
  } else if (kind === 3) {
    layout.skip(1);
    yield* fixedArray(pages, layout.address(), total, length, plain, filtered);
  } else {
    fail("its gene names are kept as a list without a fixed length");
  }
}

async function* fixedArray(pages, address, total, length, plain, filtered) {
  const head = await pages.signed(placed(address, "its gene names"), "FAHD", 24);
  head.skip(2);
  const wide = head.u8();
  const pageSize = 2 ** Math.min(head.u8(), 30);
  const entries = Math.min(head.u64(), total);
  const block = placed(head.address(), "its gene names");
  await pages.signed(block, "FADB", 4);
  const paged = entries > pageSize;
  const bitmap = paged ? Math.ceil(Math.ceil(entries / pageSize) / 8) + 4 : 0;
  for (let i = 0; i < entries; i++) {
    const page = Math.floor(i / pageSize);
    const at = await pages.at(block + 14 + bitmap + i * wide + (paged ? page * 4 : 0), wide);
    const where = at.address();
    const stored = filtered ? at.sized(wide - 12) : plain;
    const mask = filtered ? at.u32() : 0;
    if (where !== null) yield { from: i * length, address: where, stored, mask, length };
  }
}

async function strings(pages, messages) {
  const kind = stringKind(messages.get(0x03)?.[0] ?? fail("its gene names have no kind"));
  const shape = dimensions(messages.get(0x01)?.[0] ?? fail("its gene names have no length"));
  if (shape.length !== 1) fail("its gene names are not a list");
  const [count] = shape;
  if (count > MAX_NAMES) fail(`it has ${count} genes`);
  if (kind.size > 4096) fail(`one gene name takes ${kind.size} bytes`);
  const layout = new Cursor(messages.get(0x08)?.[0] ?? fail("its gene names are nowhere in it"));
  const version = layout.u8();
  const form = version >= 3 && version <= 5 ? layout.u8() : fail(`its layout has version ${version}`);
  const heap = new GlobalHeap(pages);
  const decode = (bytes) => (kind.variable ? heap.text(bytes) : text(bytes));
  const names = [];
  const list = async (bytes, many) => {
    pages.step(many + Math.ceil(bytes.length / 256));
    for (let i = 0; i < many; i++) names.push((await decode(bytes.subarray(i * kind.size, (i + 1) * kind.size))).trim());
  };
  if (form === 0) {
    const bytes = layout.take(layout.u16());
    if (bytes.length < count * kind.size) fail("its gene names are cut short");
    await list(bytes, count);
  } else if (form === 1) {
    const address = placed(layout.address(), "its gene names");
    for (let at = 0; at < count; at += 4096) {
      const many = Math.min(4096, count - at);
      await list(await pages.bytes(address + at * kind.size, many * kind.size), many);
    }
  } else if (form === 2) {
    const filters = filtersOf(messages.get(0x0b)?.[0]);
    for await (const chunk of chunks(pages, layout, version, count, kind.size, filters.length > 0)) {
      const size = chunk.length * kind.size;
      if (size > MAX_BLOCK) fail(`a piece of its gene names takes ${size} bytes`);
      const bytes = await unfiltered(await pages.bytes(chunk.address, chunk.stored), filters, chunk.mask, size);
      await list(bytes, Math.min(chunk.length, Math.max(0, count - chunk.from)));
      if (names.length > MAX_NAMES) fail("its gene names are more than it says");
    }
  } else {
    fail("its gene names are in another file");
  }
  return names;
}

// The text of an attribute, or null.
async function attribute(pages, messages, wanted) {
  const all = [...(messages.get(0x0c) ?? [])];
  const info = messages.get(0x15)?.[0];
  if (info) {
    const where = new Cursor(info).skip(1);
    if (where.u8() & 1) where.skip(2);
    const heap = where.address();
    const index = where.address();
    if (heap !== null && index !== null) {
      for await (const body of heapObjects(pages, heap, index, 8, 0)) all.push(body);
    }
  }
  for (const body of all) {
    const at = new Cursor(body);
    const version = at.u8();
    at.skip(1);
    const lengths = [at.u16(), at.u16(), at.u16()];
    if (version === 3) at.skip(1);
    const [name, type] = lengths.map((length) => (version === 1 ? at.rounded(length) : at.take(length)));
    if (text(name) !== wanted) continue;
    const kind = stringKind(type);
    const value = at.take(kind.size);
    return kind.variable ? new GlobalHeap(pages).text(value) : text(value);
  }
  return null;
}

// The names of a file's genes, in order. Says in an H5adProblem why there are none.
export async function geneNames(file) {
  const pages = new Pages(file);
  const enter = async (group, name) => {
    const target = group.get(name);
    if (target === undefined) fail(`it has no '${name}' where an h5ad file has one`);
    return header(pages, placed(target, `'${name}'`));
  };
  try {
    const top = await members(pages, await header(pages, await root(pages)));
    const table = await enter(top, "var");
    if (table.has(0x03)) stringKind(table.get(0x03)[0]);
    const columns = await members(pages, table);
    const index = await enter(columns, (await attribute(pages, table, "_index")) ?? "_index");
    if (index.has(0x03)) return await strings(pages, index);
    const parts = await members(pages, index);
    return await strings(pages, await enter(parts, parts.has("categories") ? "categories" : "values"));
  } catch (problem) {
    if (problem instanceof H5adProblem) throw problem;
    if (problem instanceof RangeError) throw new H5adProblem("its structures make no sense");
    throw problem;
  }
}
