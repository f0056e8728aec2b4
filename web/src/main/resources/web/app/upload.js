// Sends dropped files to a model: hash, ask, send in parts, commit. What the hub has is not sent
// again, so the same files dropped after a reload, or after the hub was away, go on where they
// stopped. The page's session speaks for the person, the form's value for the page.

const PART = 8 << 20;
const LINES = 3;
const ATTEMPTS = 12;
const MAX_FILES = 5000;
const HEADER = "X-Syncyte-Form";

const number = (value) => value.toLocaleString("en", { maximumSignificantDigits: 3 });

export function bytes(size) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return number(unit ? size : Math.round(size)) + " " + units[unit];
}

export function seconds(left) {
  if (!Number.isFinite(left)) return "";
  if (left < 60) return Math.max(1, Math.round(left)) + " s left";
  return left < 3600 ? Math.round(left / 60) + " min left" : number(left / 3600) + " h left";
}

// The hub has the last word; this says it before anything is sent.
export function objection(path) {
  const rules = [
    [(one) => !one || one.length > 1024, "a name has 1 to 1024 characters"],
    [(one) => /[\u0000-\u001f\u007f\\]/.test(one), "no control characters, no backslash"],
    [
      (one) => one.split("/").some((part) => !part || part === "." || part === ".."),
      "a path stays inside the model: no leading slash, no empty, '.' or '..' parts",
    ],
    [(one) => one.split("/").some((part) => part.toLowerCase() === ".git"), "no part is called .git"],
  ];
  const broken = rules.find(([breaks]) => breaks(path));
  return broken ? `${path || "(no name)"} cannot be sent: ${broken[1]}. Rename it, or change the folder.` : null;
}

// A refusal that sending again would not change.
class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

class Paused extends Error {}

const settled = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

function refusalOf(status, text) {
  let words = "";
  try {
    const reply = JSON.parse(text);
    words = String(reply.error ?? reply.message ?? "");
  } catch {
    words = "";
  }
  if (status === 401) words = "You are signed out. Sign in again, then choose the same files";
  return new Refusal(words || "The hub answered " + status, status);
}

// Times and retries whatever goes over the line; tells when it waits and stops when told to.
class Line {
  #stopped = false;
  #open = new Set();
  #wake = new Set();

  constructor(key, say) {
    this.key = key;
    this.say = say;
  }

  pause() {
    this.#stopped = true;
    this.#open.forEach((request) => request.abort());
    this.#wake.forEach((wake) => wake());
  }

  resume() {
    this.#stopped = false;
  }

  async again(work) {
    for (let attempt = 1; ; attempt++) {
      if (this.#stopped) throw new Paused();
      try {
        return await work();
      } catch (problem) {
        if (this.#stopped) throw new Paused();
        if (problem instanceof Refusal && settled(problem.status)) throw problem;
        if (!(problem instanceof Refusal)) throw problem;
        if (attempt === ATTEMPTS) throw new Paused(problem.message);
        const wait = Math.min(30, 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
        this.say(`The hub does not answer; trying again in ${Math.ceil(wait)} s.`);
        await new Promise((done) => {
          const wake = () => {
            clearTimeout(timer);
            this.#wake.delete(wake);
            done();
          };
          const timer = setTimeout(wake, wait * 1000);
          this.#wake.add(wake);
        });
        if (!this.#stopped) this.say("Sending.");
      }
    }
  }

  // An XMLHttpRequest, since fetch does not tell how much has left.
  send(method, address, body, type, onProgress, own = true) {
    return this.again(
      () =>
        new Promise((done, fail) => {
          const request = new XMLHttpRequest();
          this.#open.add(request);
          request.open(method, local(address));
          if (type) request.setRequestHeader("Content-Type", type);
          if (own) request.setRequestHeader(HEADER, this.key);
          if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
          request.onloadend = () => {
            this.#open.delete(request);
            if (request.status >= 200 && request.status < 300) return done(request.responseText);
            onProgress?.(0);
            fail(refusalOf(request.status, request.responseText));
          };
          request.send(body);
        }),
    );
  }

  async json(method, address, body, type = "application/json") {
    const text = await this.send(method, address, JSON.stringify(body), type);
    return text ? JSON.parse(text) : {};
  }
}

// The hub's address as this page knows it, whatever name the hub has for itself.
function local(address) {
  const url = new URL(address, location.href);
  return url.origin === location.origin ? url.href : location.origin + url.pathname + url.search;
}

const encoded = (blob) =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });

// The id that git gives content; null where the page is not served securely and cannot compute it.
async function gitId(file) {
  if (!globalThis.crypto?.subtle) return null;
  const content = await new Blob([`blob ${file.size}\0`, file]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Hashes {
  #worker = null;
  #waiting = new Map();
  #next = 0;

  constructor(address) {
    this.address = address;
  }

  static #key = (file) => `sha256 ${file.size} ${file.lastModified} ${file.name}`;

  // Remembered for this tab only, so that a reload need not read the files again. A wrong memory
  // does no harm: the hub compares.
  async of(file, onProgress) {
    const known = sessionStorage.getItem(Hashes.#key(file));
    if (known) return known;
    const sha256 = await this.#compute(file, onProgress);
    try {
      sessionStorage.setItem(Hashes.#key(file), sha256);
    } catch {
      sessionStorage.clear();
    }
    return sha256;
  }

  forget(file) {
    sessionStorage.removeItem(Hashes.#key(file));
  }

  #compute(file, onProgress) {
    if (!this.#worker) {
      this.#worker = new Worker(this.address, { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#waiting.get(data.id)?.(data);
    }
    const id = this.#next++;
    return new Promise((done, fail) => {
      this.#waiting.set(id, (reply) => {
        if (reply.done !== undefined) return onProgress(reply.done);
        this.#waiting.delete(id);
        if (reply.sha256) done(reply.sha256);
        else fail(new Error(`${file.name} cannot be read any more; was it changed? Choose it again.`));
      });
      this.#worker.postMessage({ id, file });
    });
  }
}

// One file on its way, and its row in the table.
class Item {
  constructor(file, path, row) {
    Object.assign(this, { file, path, row, sha256: null, large: false, skip: false, sent: 0 });
    this.there = 0;
    this.began = 0;
    this.flying = new Map();
    this.done = false;
  }

  says(words, kind = "") {
    const cell = this.row.querySelector("[data-state]");
    cell.textContent = words;
    cell.className = kind;
  }

  bar(share) {
    const bar = this.row.querySelector("progress");
    bar.value = share;
    bar.textContent = Math.round(share * 100) + " %";
  }

  progress() {
    const flying = [...this.flying.values()].reduce((sum, one) => sum + one, 0);
    const on = Math.min(this.file.size, this.sent + flying);
    this.bar(this.file.size ? on / this.file.size : 1);
    const rate = ((on - this.there) * 1000) / Math.max(1, performance.now() - this.began);
    const left = (this.file.size - on) / rate;
    this.says(`${bytes(on)} of ${bytes(this.file.size)}` + (rate > 0 ? `, ${bytes(rate)}/s, ${seconds(left)}` : ""));
  }
}

class Upload {
  constructor(form) {
    this.form = form;
    this.repo = form.dataset.repo;
    this.items = [];
    this.busy = false;
    this.status = form.querySelector("[role=status]");
    this.problems = form.querySelector("[data-problems]");
    this.table = form.querySelector("table");
    this.go = form.querySelector("[data-go]");
    this.stop = form.querySelector("[data-pause]");
    this.line = new Line(form.dataset.key, (words) => this.say(words));
    this.hashes = new Hashes(form.dataset.hash);
    this.#listen();
  }

  say(words) {
    this.status.textContent = words;
  }

  #complain(words) {
    const item = document.createElement("li");
    item.textContent = words;
    this.problems.append(item);
    this.problems.hidden = false;
  }

  #listen() {
    const { form } = this;
    for (const picker of form.querySelectorAll("input[type=file]")) {
      picker.addEventListener("change", () => {
        this.add([...picker.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
        picker.value = "";
      });
    }
    const place = form.querySelector("[data-drop]");
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      place.addEventListener(kind, (event) => {
        event.preventDefault();
        place.classList.toggle("over", kind === "dragenter" || kind === "dragover");
        if (kind === "drop") this.#dropped(event.dataTransfer);
      });
    }
    // A file dropped beside the place would replace this page.
    for (const kind of ["dragover", "drop"]) {
      addEventListener(kind, (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.busy) this.run();
    });
    this.stop.addEventListener("click", () => this.line.pause());
    addEventListener("beforeunload", (event) => this.busy && event.preventDefault());
  }

  async #dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return this.add([...transfer.files].map((file) => ({ file, path: file.name })));
    const found = [];
    const walk = async (entry, path) => {
      if (found.length > MAX_FILES) return;
      if (entry.isFile) {
        found.push({ file: await new Promise((done, fail) => entry.file(done, fail)), path });
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!some.length) return;
        for (const one of some) await walk(one, path + "/" + one.name);
      }
    };
    try {
      for (const entry of entries) await walk(entry, entry.name);
      this.add(found);
    } catch (problem) {
      this.#complain(`The dropped files cannot be read: ${problem.message}. Choose them with the button.`);
    }
  }

  add(files) {
    if (this.busy) return this.say("Wait until these files are sent, or pause.");
    this.problems.replaceChildren();
    this.problems.hidden = true;
    const wanted = files.filter(({ path }) => !/(^|\/)(\.DS_Store|Thumbs\.db|\.git\/.*)$/.test(path));
    if (this.items.length + wanted.length > MAX_FILES) {
      return this.#complain(`More than ${MAX_FILES} files. Send them in several steps, or with: hf upload`);
    }
    if (this.items.every((item) => item.done)) this.#clear();
    for (const { file, path } of wanted) {
      this.items = this.items.filter((item) => item.path !== path || (item.row.remove(), false));
      this.items.push(new Item(file, path, this.#row(file, path)));
    }
    this.table.hidden = !this.items.length;
    this.go.disabled = !this.items.length;
    const sum = this.items.reduce((total, item) => total + item.file.size, 0);
    this.say(`${this.items.length} ${this.items.length === 1 ? "file" : "files"}, ${bytes(sum)}.`);
  }

  #clear() {
    this.items = [];
    this.table.tBodies[0].replaceChildren();
  }

  #row(file, path) {
    const row = this.table.tBodies[0].insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = path;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", path);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "quiet";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", "Remove " + path);
    remove.addEventListener("click", () => {
      if (this.busy) return;
      const after = row.nextElementSibling?.querySelector("button") ?? this.form.querySelector("input[type=file]");
      this.items = this.items.filter((item) => item.row !== row);
      row.remove();
      after.focus();
      this.add([]);
    });
    row.append(name);
    for (const [what, kind] of [[bytes(file.size), "number"], [bar, "bar"], ["", ""], [remove, "get"]]) {
      const cell = row.insertCell();
      cell.append(what);
      if (kind) cell.className = kind;
    }
    row.cells[3].dataset.state = "";
    return row;
  }

  #target(item) {
    const folder = this.form.elements.folder.value.trim().replace(/\/+$/, "");
    return folder ? folder + "/" + item.path : item.path;
  }

  #toggle(busy) {
    this.busy = busy;
    this.go.disabled = busy;
    this.stop.hidden = !busy;
    for (const field of this.form.querySelectorAll("input, td button")) field.disabled = busy;
    if (busy) this.stop.focus();
  }

  async run() {
    this.problems.replaceChildren();
    this.problems.hidden = true;
    const objections = this.items.map((item) => objection(this.#target(item))).filter(Boolean);
    if (objections.length) {
      objections.slice(0, 20).forEach((words) => this.#complain(words));
      return this.say("Nothing was sent.");
    }
    this.line.resume();
    this.#toggle(true);
    try {
      await this.#ask();
      for (const item of this.items.filter((one) => one.large && !one.skip)) await this.#send(item);
      await this.#commit();
    } catch (problem) {
      if (problem instanceof Paused) {
        this.say("Paused. What arrived stays at the hub for a day: press Upload to go on, or come back and choose the same files.");
      } else {
        this.#complain(problem.message);
        this.say("Not committed: the model is as it was. What arrived need not be sent again.");
      }
    } finally {
      this.#toggle(false);
      this.go.disabled = !this.items.length || this.items.every((item) => item.done);
      (this.go.disabled ? this.form.querySelector("[data-done] a") : this.go)?.focus();
    }
  }

  // Which files go which way, and which are there already.
  async #ask() {
    this.say("Reading the files.");
    for (let at = 0; at < this.items.length; at += 500) {
      const some = this.items.slice(at, at + 500);
      const files = [];
      for (const item of some) {
        files.push({ path: this.#target(item), size: item.file.size, sample: await encoded(item.file.slice(0, 512)) });
      }
      const answer = await this.line.json("POST", `/api/models/${this.repo}/preupload/main`, { files });
      for (const [i, item] of some.entries()) {
        const said = answer.files[i];
        item.large = said.uploadMode === "lfs";
        if (item.large) {
          item.says("reading");
          item.sha256 = await this.hashes.of(item.file, (done) => item.bar(done / item.file.size));
          item.bar(0);
        }
        item.skip = said.oid !== undefined && said.oid === (item.large ? item.sha256 : await gitId(item.file));
        item.says(item.skip ? "unchanged" : "waiting");
        if (item.skip) item.bar(1);
      }
    }
    this.say("Sending.");
  }

  async #send(item, again = true) {
    const reply = await this.line.json(
      "POST",
      `/${this.repo}.git/info/lfs/objects/batch`,
      {
        operation: "upload",
        transfers: ["basic", "multipart"],
        objects: [{ oid: item.sha256, size: item.file.size }],
        hash_algo: "sha256",
        part_size: PART,
        ref: { name: "refs/heads/main" },
      },
      "application/vnd.git-lfs+json",
    );
    const object = reply.objects[0];
    if (object.error) throw new Error(`${item.path}: ${object.error.message}`);
    item.began = performance.now();
    item.sent = item.there = 0;
    item.flying.clear();
    if (object.actions) {
      const { href, header, present } = object.actions.upload;
      try {
        if (header?.chunk_size) await this.#parts(item, href, header, present ?? []);
        else await this.#piece(item, "PUT", href, item.file, 0);
      } catch (problem) {
        // The address ran out, or the file is not what it was when it was read: once more, afresh.
        if (!again || !(problem instanceof Refusal) || ![400, 403].includes(problem.status)) {
          throw problem instanceof Refusal ? new Error(`${item.path}: ${problem.message}`) : problem;
        }
        this.hashes.forget(item.file);
        item.says("reading again");
        item.sha256 = await this.hashes.of(item.file, (done) => item.bar(done / item.file.size));
        return this.#send(item, false);
      }
      item.says("sent");
    } else {
      item.says("known to the hub, not sent");
    }
    item.bar(1);
  }

  async #parts(item, complete, header, present) {
    const size = Number(header.chunk_size);
    const numbers = Object.keys(header).filter((key) => /^\d+$/.test(key)).sort();
    const length = (part) => Math.min(size, item.file.size - (part - 1) * size);
    const there = new Set(present);
    const missing = numbers.filter((key) => !there.has(Number(key)));
    item.sent = item.there = numbers
      .filter((key) => there.has(Number(key)))
      .reduce((sum, key) => sum + length(Number(key)), 0);
    item.row.dataset.kept = String(there.size);
    const work = async () => {
      for (let key = missing.shift(); key; key = missing.shift()) {
        const from = (Number(key) - 1) * size;
        await this.#piece(item, "PUT", header[key], item.file.slice(from, from + size), Number(key));
      }
    };
    const lines = await Promise.allSettled(Array.from({ length: LINES }, work));
    const broken = lines.find((line) => line.status === "rejected");
    if (broken) throw broken.reason;
    item.says("being put together");
    await this.line.send("POST", complete, null, null, null, false);
  }

  async #piece(item, method, href, blob, part) {
    await this.line.send(method, href, blob, "application/octet-stream", (loaded) => {
      item.flying.set(part, loaded);
      item.progress();
    }, false);
    item.flying.delete(part);
    item.sent += blob.size;
    item.progress();
  }

  async #commit() {
    const changed = this.items.filter((item) => !item.skip);
    if (!changed.length) {
      return this.#finish(null, "Every file is there already; nothing was committed.");
    }
    this.say("Committing.");
    const count = changed.length === 1 ? changed[0].path : changed.length + " files";
    const summary = this.form.elements.message.value.trim() || "Upload " + count;
    const [title, ...more] = summary.split("\n");
    const lines = [JSON.stringify({ key: "header", value: { summary: title, description: more.join("\n").trim() } })];
    for (const item of changed) {
      const path = JSON.stringify(this.#target(item));
      if (item.large) {
        lines.push("\n", JSON.stringify({
          key: "lfsFile",
          value: { path: this.#target(item), algo: "sha256", oid: item.sha256, size: item.file.size },
        }));
      } else {
        lines.push("\n", `{"key":"file","value":{"path":${path},"encoding":"base64","content":"`, await encoded(item.file), `"}}`);
      }
    }
    const reply = JSON.parse(
      await this.line.send("POST", `/api/models/${this.repo}/commit/main`, new Blob(lines), "application/x-ndjson"),
    );
    this.#finish(reply.commitOid, `Committed as ${reply.commitOid.slice(0, 8)}.`);
  }

  #finish(commit, words) {
    for (const item of this.items) {
      item.done = true;
      item.bar(1);
      if (!item.skip) item.says("done", "good");
    }
    const done = this.form.querySelector("[data-done]");
    done.hidden = false;
    this.form.elements.message.value = "";
    if (commit) done.dataset.commit = commit;
    this.say(words);
  }
}

const form = globalThis.document?.querySelector("form[data-upload]");
if (form) {
  new Upload(form);
}
