// Drives a hub with the stock JavaScript client.
//
//     node matrix.mjs push|pull|more <endpoint> <token> <repository> <folder> lfs|xet
//
// Each step prints `ok <flow>` or `no <flow>: why`; the caller compares the folders.
import { createRequire } from "node:module";
import { mkdir, mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.SYNCYTE_NODE_MODULES, "x.js"));
const hub = await import(pathToFileURL(require.resolve("@huggingface/hub")));
const [command, hubUrl, token, name, folder, transfer] = process.argv.slice(2);
// The client takes only tokens that begin so.
const accessToken = `hf_${token}`;
const repo = { type: "model", name };
const at = { hubUrl, accessToken };

async function flow(label, steps) {
  try {
    await steps();
    console.log(`ok ${label}`);
  } catch (failure) {
    console.log(`no ${label}: ${String(failure?.message ?? failure).replaceAll("\n", " ")}`);
  }
}

function same(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

async function refused(status, call) {
  try {
    await call();
  } catch (failure) {
    same(failure.statusCode, status, "status");
    return;
  }
  throw new Error(`expected ${status}`);
}

async function all(generator) {
  const items = [];
  for await (const item of generator) items.push(item);
  return items;
}

async function local(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

const commands = {
  async push() {
    await flow("identity", async () => {
      const me = await hub.whoAmI(at);
      same(me.type, "user", "type");
      same(me.auth.accessToken.role, "write", "role");
      await refused(401, () => hub.whoAmI({ hubUrl, accessToken: "hf_wrong" }));
    });
    await flow("create", async () => {
      const made = await hub.createRepo({ ...at, repo, private: false });
      same(made.repoUrl, `${hubUrl}/${name}`, "url");
      await refused(409, () => hub.createRepo({ ...at, repo }));
    });
    await flow("push", async () => {
      const files = [];
      for (const path of await local(folder)) {
        files.push({ path, content: new Blob([await readFile(join(folder, path))]) });
      }
      const pushed = await hub.uploadFiles({
        ...at, repo, files, commitTitle: "Add the model", useXet: transfer === "xet",
      });
      same(/^[0-9a-f]{40}$/.test(pushed.commit.oid), true, "commit");
    });
  },

  async pull() {
    await flow("pull", async () => {
      const wanted = await all(hub.listFiles({ ...at, repo, recursive: true }));
      for (const entry of wanted.filter((file) => file.type === "file")) {
        const content = await hub.downloadFile({ ...at, repo, path: entry.path });
        const target = join(folder, entry.path);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, Buffer.from(await content.arrayBuffer()));
      }
    });
    await flow("snapshot", async () => {
      const cacheDir = await mkdtemp(join(tmpdir(), "cache"));
      const snapshot = await hub.snapshotDownload({ ...at, repo, cacheDir });
      for (const path of await local(folder)) {
        const [here, there] = [join(folder, path), join(snapshot, path)];
        same(Buffer.compare(await readFile(here), await readFile(there)), 0, path);
      }
    });
  },

  async more() {
    await flow("info", async () => {
      const info = await hub.modelInfo({ ...at, name, additionalFields: ["sha", "tags", "cardData"] });
      same(info.sha.length, 40, "sha");
      same(info.tags.includes("license:cc-by-4.0"), true, "licence among the tags");
      same(await hub.repoExists({ ...at, repo }), true, "exists");
      await hub.checkRepoAccess({ ...at, repo });
    });
    await flow("search", async () => {
      const author = name.split("/")[0];
      const found = await all(hub.listModels({ ...at, search: { owner: author }, limit: 100 }));
      same(found.map((model) => model.name).includes(name), true, "listed");
    });
    await flow("tree", async () => {
      const [readme] = await hub.pathsInfo({ ...at, repo, paths: ["README.md", "nothing"], expand: true });
      same(readme.path, "README.md", "path");
      same(readme.lastCommit.title, "Add the model", "last commit");
      same(await hub.fileExists({ ...at, repo, path: "nothing" }), false, "nothing");
    });
    await flow("range", async () => {
      const info = await hub.fileDownloadInfo({ ...at, repo, path: "model.pt" });
      const content = await hub.downloadFile({ ...at, repo, path: "model.pt" });
      same(info.size, content.size, "size");
      const part = await content.slice(1000, 2000).arrayBuffer();
      const whole = await content.arrayBuffer();
      same(Buffer.compare(Buffer.from(part), Buffer.from(whole.slice(1000, 2000))), 0, "range");
    });
    await flow("history", async () => {
      const commits = await all(hub.listCommits({ ...at, repo }));
      same(commits.map((one) => one.title), ["Add the model", "initial commit"], "titles");
      same(await hub.countCommits({ ...at, repo }), 2, "count");
    });
    await flow("branches", async () => {
      await hub.createBranch({ ...at, repo, branch: "exp" });
      await hub.uploadFile({ ...at, repo, branch: "exp", file: { path: "b.txt", content: new Blob(["b"]) } });
      same(await hub.fileExists({ ...at, repo, path: "b.txt" }), false, "on main");
      same(await hub.fileExists({ ...at, repo, path: "b.txt", revision: "exp" }), true, "on the branch");
      await hub.deleteBranch({ ...at, repo, branch: "exp" });
    });
    await flow("refusals", async () => {
      await refused(404, () => hub.modelInfo({ ...at, name: `${name}-nothing` }));
      const file = { path: "x.txt", content: new Blob(["x"]) };
      await refused(401, () => hub.uploadFile({ hubUrl, accessToken: "hf_wrong", repo, file }));
      await refused(400, () => hub.uploadFile({ ...at, repo, file: { ...file, path: "../x.txt" } }));
    });
    await flow("delete", async () => {
      await hub.deleteFile({ ...at, repo, path: "small.txt" });
      same(await hub.fileExists({ ...at, repo, path: "small.txt" }), false, "deleted");
      await hub.deleteRepo({ ...at, repo });
      same(await hub.repoExists({ ...at, repo }), false, "exists");
    });
  },
};
await commands[command]();
