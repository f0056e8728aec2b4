// The parts of the pages' scripts that need no page. Run by ScriptsTest, or: node --test scripts.test.mjs
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { geneNames, H5adProblem } from "../../main/resources/web/app/h5ad.js";
import { Sha256 } from "../../main/resources/web/app/sha256.js";
import { bytes, objection, seconds } from "../../main/resources/web/app/upload.js";

const samples = new URL("../resources/h5ad/", import.meta.url);
const others = new URL("../../../../anndata/src/test/resources/h5ad/", import.meta.url);
const sample = (name, folder = samples) => readFileSync(new URL(name, folder));
const names = (folder) => readdirSync(folder).filter((name) => name.endsWith(".h5ad"));
const unreadable = { "table.h5ad": /old kind/, "no-var.h5ad": /no 'var'/, "latest-endless.h5ad": /without a fixed length/ };

// FIPS 180-4 examples, and every length around the edges of a block, in uneven pieces.
test("SHA-256 is that of the standard", () => {
  const of = (text) => new Sha256().update(new TextEncoder().encode(text)).hex();
  assert.equal(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(
    of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
  for (let length = 0; length < 260; length++) {
    const data = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    const hash = new Sha256();
    for (let at = 0; at < length; at += 37) hash.update(data.subarray(at, at + 37));
    assert.equal(hash.hex(), createHash("sha256").update(data).digest("hex"), `${length} bytes`);
  }
  const data = new Uint8Array(3_000_001).fill(0x5a);
  assert.equal(new Sha256().update(data).hex(), createHash("sha256").update(data).digest("hex"));
});

test("names that lead out of a model are named with their rule", () => {
  for (const path of ["../x", "a/../b", "/etc/passwd", "a//b", "./a", "a\\b", "a\u0000", "", "x/.git/config"]) {
    assert.match(objection(path), /cannot be sent: /, path);
  }
  for (const path of ["README.md", "a/b.c", "größe & maß+1.txt", "..a", ".gitattributes"]) assert.equal(objection(path), null);
});

test("sizes and times are short", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(999_600), "1 MB");
  assert.equal(bytes(40_000_001), "40 MB");
  assert.equal(seconds(0.2), "1 s left");
  assert.equal(seconds(Infinity), "");
});

for (const name of names(samples)) {
  test("genes of " + name, async () => {
    const file = new Blob([sample(name)]);
    if (unreadable[name]) {
      await assert.rejects(geneNames(file), (problem) => problem instanceof H5adProblem && unreadable[name].test(problem.message));
      return;
    }
    const found = await geneNames(file);
    assert.ok(found.length >= 100);
    found.forEach((gene, i) => assert.equal(gene, i === 5 ? "größe-1" : "GENE" + String(i).padStart(4, "0")));
  });
}

for (const name of names(others)) {
  test("genes of anndata's " + name, async () => {
    const found = await geneNames(new Blob([sample(name, others)]));
    assert.ok(found.length > 0 && found.every((gene) => /^(g|n|ENSG0*)\d+$/.test(gene)), found.join(" "));
  });
}

test("a file of tens of gigabytes is read where its names are", async () => {
  const content = sample("earliest.h5ad");
  let read = 0;
  const file = {
    size: 60e9,
    slice: (from, to) => ({
      arrayBuffer: async () => {
        read += to - from;
        const piece = new Uint8Array(to - from);
        piece.set(content.subarray(from, Math.min(to, content.length)));
        return piece.buffer;
      },
    }),
  };
  assert.equal((await geneNames(file)).length, 120);
  assert.ok(read < 1 << 20, read + " bytes read");
});

test("damaged files give names or one reason, soon and in little memory", async () => {
  let seed = 20_26;
  const random = (limit) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const files = names(samples).map((name) => sample(name));
  const values = [0, 1, 2, 3, 4, 5, 6, 9, 0x7f, 0x80, 0xfe, 0xff];
  let slowest = 0;
  let refused = 0;
  const count = Number(process.env.MUTATIONS ?? 4000);
  for (let round = 0; round < count; round++) {
    let file = Uint8Array.from(files[round % files.length]);
    const hits = 1 + random(6);
    for (let i = 0; i < hits; i++) {
      const at = random(2) ? random(file.length) : random(Math.min(file.length, 4096));
      file[at] = random(2) ? values[random(values.length)] : random(256);
    }
    if (random(12) === 0) file = file.subarray(0, random(file.length));
    const began = performance.now();
    try {
      const found = await geneNames(new Blob([file]));
      assert.ok(Array.isArray(found) && found.length <= 500_000);
    } catch (problem) {
      if (!(problem instanceof H5adProblem)) throw new Error("mutation " + round, { cause: problem });
      refused++;
    }
    slowest = Math.max(slowest, performance.now() - began);
  }
  assert.ok(refused > count / 20, refused + " refused");
  assert.ok(slowest < 20_000, slowest + " ms");
  assert.ok(process.memoryUsage().rss < 1 << 30);
  console.log(`${count} mutations, ${refused} refused, slowest ${Math.round(slowest)} ms, ${process.memoryUsage().rss >> 20} MiB`);
});
