// A map of many cells in place of its picture: zoom, move, colours, and the name of a cell.
// Where anything fails, the picture that the page came with stays.

import { Places, Column, SHADES } from "./map-points.js";
import { GraphicsDots, PixelDots } from "./map-draw.js";

const count = new Intl.NumberFormat("en");

const make = (name, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
};

const bytesOf = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

const theme = () => {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"),
    surface: read("--surface"),
    paper: bytesOf(read("--surface")),
    unknown: bytesOf(read("--unknown")),
    groups: Array.from({ length: 12 }, (_, i) => bytesOf(read("--c" + i))),
    ramp: Array.from({ length: 8 }, (_, i) => bytesOf(read("--r" + i))),
    font: getComputedStyle(document.body).fontFamily,
  };
};

class CellMap {
  static async open(figure) {
    const started = performance.now();
    const [places, column] = await Promise.all([
      Places.load(figure.dataset.places),
      Column.load(figure.dataset.column + encodeURIComponent(figure.dataset.by)),
    ]);
    const picture = [...figure.childNodes];
    let map;
    try {
      map = new CellMap(figure, places, column);
    } catch (problem) {
      figure.replaceChildren(...picture);
      throw problem;
    }
    const table = document.querySelector("table.legend");
    const changed = table ? legend(table, map) : () => {};
    switches([...document.querySelectorAll(".switch a[data-column]")], map, changed);
    figure.dataset.firstDraw = Math.round(performance.now() - started);
    for (const name of places.columns) {
      await map.column(name);
    }
    figure.dataset.ready = places.columns.length;
  }

  constructor(figure, places, column) {
    this.figure = figure;
    this.places = places;
    this.columns = new Map([[column.name, column]]);
    this.chosen = new Set();
    this.budget = Infinity;
    this.build();
    this.dots = this.dotsFor();
    this.figure.dataset.drawnBy = this.dots.name;
    this.measure();
    this.show(column);
    this.listen();
  }

  build() {
    const caption = this.figure.querySelector("figcaption");
    this.canvas = make("canvas", { className: "dots" });
    this.above = make("canvas", { className: "above", tabIndex: 0 });
    this.above.setAttribute("role", "application");
    this.above.setAttribute("aria-roledescription", "map");
    this.bubble = make("div", { className: "bubble", hidden: true });
    this.said = make("p", { className: "hidden" });
    this.said.setAttribute("aria-live", "polite");
    const button = (text, label, action) => {
      const made = make("button", { type: "button", textContent: text, title: label });
      made.setAttribute("aria-label", label);
      made.addEventListener("click", action);
      return made;
    };
    this.zooms = make(
      "div",
      { className: "zooms" },
      button("+", "Zoom in", () => this.zoom(1.6)),
      button("−", "Zoom out", () => this.zoom(1 / 1.6)),
      button("⤢", "Show all cells", () => this.home()),
    );
    this.stage = make("div", { className: "canvas" }, this.canvas, this.above, this.zooms, this.bubble);
    this.figure.replaceChildren(this.stage, this.said);
    if (caption) {
      caption.textContent =
        "Scroll or pinch to zoom, drag to move, point at a cell to name it. Keys: arrows, + and −, 0 for all.";
      this.figure.append(caption);
    }
  }

  dotsFor() {
    try {
      const dots = new GraphicsDots(this.canvas, this.places);
      this.canvas.addEventListener("webglcontextlost", () => this.fall(), { once: true });
      return dots;
    } catch {
      return this.pixels();
    }
  }

  // A canvas keeps its first kind of context, so pixels need a fresh one.
  pixels() {
    const fresh = make("canvas", { className: "dots" });
    this.canvas.replaceWith(fresh);
    this.canvas = fresh;
    return new PixelDots(fresh, this.places);
  }

  fall() {
    this.dots = this.pixels();
    this.figure.dataset.drawnBy = this.dots.name;
    this.measure();
    this.show(this.current);
  }

  measure() {
    const { clientWidth, clientHeight } = this.stage;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.above]) {
      canvas.width = Math.max(1, Math.round(clientWidth * this.ratio));
      canvas.height = Math.max(1, Math.round(clientHeight * this.ratio));
    }
    this.fit = Math.min(this.canvas.width, this.canvas.height) * 0.92;
    this.view ??= { x: 0, y: 0, zoom: 1 };
  }

  get scale() {
    return this.fit * this.view.zoom;
  }

  async column(name) {
    if (!this.columns.has(name)) {
      this.columns.set(name, await Column.load(this.figure.dataset.column + encodeURIComponent(name)));
    }
    return this.columns.get(name);
  }

  show(column) {
    this.current = column;
    this.shades = column.shades();
    this.dots.colour(this.shades);
    this.samples();
    this.recolour();
    const label = column.name.replaceAll("_", " ");
    this.above.setAttribute(
      "aria-label",
      `Map of ${count.format(this.places.cells)} cells by ${label}; the table lists the groups`,
    );
  }

  recolour() {
    this.theme = theme();
    const column = this.current;
    const palette = new Uint8Array(4 * (column.blank + 1));
    for (let shade = 0; shade <= column.blank; shade++) {
      const group = column.group(shade);
      const apart = this.chosen.size > 0 && !this.chosen.has(group);
      palette.set(this.colour(column, shade), 4 * shade);
      palette[4 * shade + 3] = apart ? 20 : shade === column.blank ? 120 : 205;
    }
    this.dots.paint(palette, this.theme.paper);
    this.draw();
  }

  colour(column, shade) {
    if (shade === column.blank) {
      return this.theme.unknown;
    }
    if (!column.measured) {
      return this.theme.groups[shade % 12];
    }
    const at = (shade / (SHADES - 1)) * 7;
    const [low, high] = [Math.floor(at), Math.min(7, Math.floor(at) + 1)];
    return this.theme.ramp[low].map((value, k) => value + (this.theme.ramp[high][k] - value) * (at - low));
  }

  // Names stand at the median of a group, where groups are apart at all.
  samples() {
    const column = this.current;
    this.names = [];
    if (column.measured || column.categories.length > 24) {
      return;
    }
    const most = Math.min(this.places.cells, 60000);
    const groups = column.categories.map(() => [[], []]);
    for (let cell = 0; cell < most; cell++) {
      const group = column.group(this.shades[cell]);
      if (group >= 0 && this.places.known(cell)) {
        groups[group][0].push(this.places.x(cell));
        groups[group][1].push(this.places.y(cell));
      }
    }
    if (apart(groups) < 0.35) {
      return;
    }
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    this.names = groups
      .map(([x, y], i) => ({ text: column.categories[i], group: i, size: x.length, x: median(x), y: median(y) }))
      .filter((name) => name.size > 0)
      .sort((a, b) => b.size - a.size);
  }

  // Every frame while something moves draws as many cells as there is time for: the first ones are
  // an even sample. At rest all are drawn.
  draw(moving = false) {
    this.moving = moving;
    clearTimeout(this.rest);
    if (moving) {
      this.rest = setTimeout(() => this.draw(), 160);
    }
    if (!this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => this.frame());
    }
  }

  frame() {
    this.waiting = false;
    const { cells } = this.places;
    const all = !this.moving;
    const shown = all ? cells : Math.min(cells, this.budget);
    const size = this.dot() * this.ratio * (all ? 1 : Math.min(1.6, Math.sqrt(Math.sqrt(cells / shown))));
    const started = performance.now();
    this.dots.draw({ x: this.view.x, y: this.view.y, scale: this.scale }, shown, size);
    this.label();
    const took = performance.now() - started;
    this.figure.dataset.frame = took.toFixed(1);
    this.figure.dataset.shown = shown;
    if (took > 24) {
      this.budget = Math.max(50000, Math.min(shown, cells) >> 1);
    } else if (this.moving && took < 8 && this.budget < cells) {
      this.budget = Math.min(cells, this.budget * 1.5) | 0;
    }
  }

  dot() {
    const room = Math.min(1, this.stage.clientWidth / 600);
    const rest = Math.max(1.6, Math.min(6, 260 / Math.sqrt(this.places.cells)) * room ** 0.6);
    return Math.min(9, rest * this.view.zoom ** 0.4);
  }

  pixel(x, y) {
    return [
      this.canvas.width / 2 + (x - this.view.x) * this.scale,
      this.canvas.height / 2 - (y - this.view.y) * this.scale,
    ];
  }

  label() {
    const pen = this.above.getContext("2d");
    const { width, height } = this.above;
    pen.clearRect(0, 0, width, height);
    pen.font = `600 ${13 * this.ratio}px ${this.theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const taken = [];
    for (const name of this.names) {
      if (this.chosen.size && !this.chosen.has(name.group)) {
        continue;
      }
      const half = pen.measureText(name.text).width / 2 + 4 * this.ratio;
      let [x, y] = this.pixel(name.x, name.y);
      if (x < 0 || x > width || y < 0 || y > height) {
        continue;
      }
      x = Math.max(half, Math.min(width - half, x));
      const tall = 9 * this.ratio;
      if (taken.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.y - y) < 2 * tall)) {
        continue;
      }
      taken.push({ x, y, half });
      pen.lineWidth = 4 * this.ratio;
      pen.strokeStyle = this.theme.surface;
      pen.strokeText(name.text, x, y);
      pen.fillStyle = this.theme.ink;
      pen.fillText(name.text, x, y);
    }
    if (this.pointed >= 0) {
      const [x, y] = this.pixel(this.places.x(this.pointed), this.places.y(this.pointed));
      pen.beginPath();
      pen.arc(x, y, (this.dot() / 2 + 3) * this.ratio, 0, 7);
      pen.lineWidth = 4 * this.ratio;
      pen.strokeStyle = this.theme.surface;
      pen.stroke();
      pen.lineWidth = 2 * this.ratio;
      pen.strokeStyle = this.theme.ink;
      pen.stroke();
    }
  }

  /** Names the cell at a place of the stage, in CSS pixels. */
  point(left, top, reach, aloud) {
    const x = this.view.x + (left * this.ratio - this.canvas.width / 2) / this.scale;
    const y = this.view.y - (top * this.ratio - this.canvas.height / 2) / this.scale;
    const wanted = this.chosen.size
      ? (cell) => this.chosen.has(this.current.group(this.shades[cell]))
      : () => true;
    const cell = this.places.nearest(x, y, (reach * this.ratio) / this.scale, wanted);
    if (cell === this.pointed && cell >= 0) {
      return;
    }
    this.pointed = cell;
    this.bubble.hidden = cell < 0;
    if (cell >= 0) {
      const known = [this.current, ...[...this.columns.values()].filter((c) => c !== this.current)];
      this.bubble.replaceChildren(
        ...known.map((column) =>
          make(
            "p",
            {},
            make("span", { textContent: column.name.replaceAll("_", " ") }),
            " ",
            make("b", { textContent: column.text(cell) }),
          ),
        ),
      );
      this.beside(cell);
      if (aloud) {
        this.said.textContent = known.map((c) => c.name.replaceAll("_", " ") + ": " + c.text(cell)).join(", ");
      }
    }
    this.label();
  }

  beside(cell) {
    const [x, y] = this.pixel(this.places.x(cell), this.places.y(cell)).map((value) => value / this.ratio);
    const { offsetWidth, offsetHeight } = this.bubble;
    const right = x + 14 + offsetWidth < this.stage.clientWidth;
    const left = right ? x + 14 : Math.max(4, x - 14 - offsetWidth);
    const top = Math.max(4, Math.min(this.stage.clientHeight - offsetHeight - 4, y - offsetHeight / 2));
    this.bubble.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  forget() {
    if (this.pointed >= 0) {
      this.pointed = -1;
      this.bubble.hidden = true;
      this.label();
    }
  }

  /** Zooms; what is at the given place of the stage stays there. */
  zoom(factor, left = this.stage.clientWidth / 2, top = this.stage.clientHeight / 2) {
    const zoom = Math.max(1, Math.min(400, this.view.zoom * factor));
    const dx = left * this.ratio - this.canvas.width / 2;
    const dy = this.canvas.height / 2 - top * this.ratio;
    const change = 1 / this.scale - 1 / (this.fit * zoom);
    this.move(this.view.x + dx * change, this.view.y + dy * change, zoom);
  }

  home() {
    this.move(0, 0, 1);
  }

  move(x, y, zoom = this.view.zoom) {
    const most = 0.6 * (1 - 1 / zoom) + 0.02;
    const within = (value) => (zoom === 1 ? 0 : Math.max(-most, Math.min(most, value)));
    this.view = { x: within(x), y: within(y), zoom };
    this.above.classList.toggle("near", zoom > 1);
    this.forget();
    this.draw(true);
  }

  listen() {
    const { above, stage } = this;
    const at = (event) => {
      const box = stage.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    above.addEventListener(
      "wheel",
      (event) => {
        if (this.view.zoom > 1 || event.deltaY < 0) {
          event.preventDefault();
          this.zoom(Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150), ...at(event));
        }
      },
      { passive: false },
    );
    above.addEventListener("dblclick", () => this.home());
    this.fingers(above, at);
    above.addEventListener("keydown", (event) => this.press(event));
    above.addEventListener("blur", () => this.forget());
    new ResizeObserver(() => {
      if (Math.round(stage.clientWidth * this.ratio) !== this.canvas.width) {
        this.measure();
        this.draw();
      }
    }).observe(stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  fingers(above, at) {
    const down = new Map();
    const spread = () => {
      const [a, b] = [...down.values()];
      return [Math.hypot(a[0] - b[0], a[1] - b[1]), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    };
    above.addEventListener("pointerdown", (event) => {
      down.set(event.pointerId, at(event));
      above.setPointerCapture(event.pointerId);
    });
    above.addEventListener("pointermove", (event) => {
      const here = at(event);
      const before = down.get(event.pointerId);
      if (!before) {
        this.point(...here, 12);
        return;
      }
      if (down.size === 2) {
        const [old] = spread();
        down.set(event.pointerId, here);
        const [now, x, y] = spread();
        this.zoom(now / Math.max(1, old), x, y);
        return;
      }
      const step = this.ratio / this.scale;
      down.set(event.pointerId, here);
      if (this.view.zoom > 1) {
        this.move(this.view.x - (here[0] - before[0]) * step, this.view.y + (here[1] - before[1]) * step);
      }
    });
    for (const end of ["pointerup", "pointercancel"]) {
      above.addEventListener(end, (event) => {
        down.delete(event.pointerId);
        if (end === "pointerup") {
          this.point(...at(event), 16, event.pointerType !== "mouse");
        }
      });
    }
    above.addEventListener("pointerleave", () => down.size || this.forget());
  }

  press(event) {
    const step = (0.15 * this.canvas.width) / this.scale;
    const keys = {
      ArrowLeft: () => this.move(this.view.x - step, this.view.y),
      ArrowRight: () => this.move(this.view.x + step, this.view.y),
      ArrowUp: () => this.move(this.view.x, this.view.y + step),
      ArrowDown: () => this.move(this.view.x, this.view.y - step),
      "+": () => this.zoom(1.6),
      "=": () => this.zoom(1.6),
      "-": () => this.zoom(1 / 1.6),
      0: () => this.home(),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      action();
      this.point(this.stage.clientWidth / 2, this.stage.clientHeight / 2, this.stage.clientWidth / 6, true);
    }
  }
}

/** How much of the spread of the cells lies between groups, 0 to 1. */
function apart(groups) {
  const spread = (values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  const all = [0, 1].map((axis) => spread(groups.flatMap((group) => group[axis]))).reduce((a, b) => a + b);
  const within = groups.reduce((sum, group) => sum + spread(group[0]) + spread(group[1]), 0);
  return all > 0 ? 1 - within / all : 0;
}

/** The table of groups: pointing at one shows it alone, pressing keeps it so. */
function legend(table, map) {
  const rows = () => {
    const column = map.current;
    const [first] = table.tHead.rows[0].cells;
    first.textContent = column.name.replaceAll("_", " ");
    table.caption.textContent = "Groups by " + first.textContent;
    table.tBodies[0].replaceChildren(
      ...column.categories.map((text, group) => {
        const swatch = column.measured ? "r" + (group % 8) : "c" + (group % 12);
        const button = make(
          "button",
          { type: "button", className: "group" },
          make("i", { className: "dot " + swatch, ariaHidden: "true" }),
          text,
        );
        button.setAttribute("aria-pressed", "false");
        const highlight = (on) => {
          map.chosen = on ? new Set([group]) : new Set(kept);
          map.recolour();
        };
        button.addEventListener("pointerenter", () => highlight(true));
        button.addEventListener("pointerleave", () => highlight(false));
        button.addEventListener("click", () => {
          kept.has(group) ? kept.delete(group) : kept.add(group);
          button.setAttribute("aria-pressed", String(kept.has(group)));
          highlight(false);
        });
        const name = make("th", { scope: "row" }, button);
        return make("tr", {}, name, make("td", { className: "number", textContent: count.format(column.counts[group]) }));
      }),
    );
  };
  const kept = new Set();
  rows();
  return () => {
    kept.clear();
    map.chosen = new Set();
    rows();
  };
}

/** Links that colour the map anew lead to the same page; here they change it in place. */
function switches(links, map, changed) {
  for (const link of links) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) {
        return;
      }
      event.preventDefault();
      try {
        const column = await map.column(link.dataset.column);
        links.forEach((other) => other.removeAttribute("aria-current"));
        link.setAttribute("aria-current", "true");
        map.chosen = new Set();
        map.show(column);
        changed();
        history.replaceState(null, "", link.href);
      } catch {
        location.assign(link.href);
      }
    });
  }
}

for (const figure of document.querySelectorAll("figure[data-places]")) {
  CellMap.open(figure).catch(() => {});
}
