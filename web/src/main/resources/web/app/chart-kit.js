// What all charts share: colours of the style sheet, words that appear at a value, and keys that walk
// through the values. A chart draws the numbers of a table that stands beside it.

export const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

export const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Light and dark follow the reader's setting, since the style sheet does.
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"),
    muted: read("--muted"),
    line: read("--line"),
    surface: read("--surface"),
    font: getComputedStyle(document.body).fontFamily,
    colours: Array.from({ length: 12 }, (_, i) => read("--c" + i)),
  };
}

// Rich text, not HTML: the page's security policy forbids style attributes in markup.
export const tooltip = (t) => ({
  renderMode: "richText",
  backgroundColor: t.surface,
  borderColor: t.line,
  textStyle: { color: t.ink, fontFamily: t.font, fontSize: 13 },
});

export const axis = (t, name) => ({
  name,
  nameTextStyle: { color: t.muted },
  axisLine: { lineStyle: { color: t.line } },
  axisTick: { show: false },
  axisLabel: { color: t.muted },
  splitLine: { lineStyle: { color: t.line } },
});

/** The numbers of a table: a row's name, and what its cells carry in data-v. */
export function values(table) {
  return [...table.tBodies[0].rows].map((row) => ({
    name: row.cells[0].textContent,
    values: [...row.cells].slice(1).map((cell) => (cell.dataset.v === "" ? null : +cell.dataset.v)),
  }));
}

/**
 * Makes room for a chart in its figure. `label` says what it shows; `walk` how many values there are
 * and, of each, what a reader hears and where the chart shows its words.
 */
export function open(figure, label, walk) {
  const place = document.createElement("div");
  place.className = "canvas";
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-roledescription", "chart");
  place.setAttribute("aria-label", label + "; arrow keys go from value to value, the table has the same numbers");
  const said = document.createElement("p");
  said.className = "hidden";
  said.setAttribute("aria-live", "polite");
  figure.append(place, said);
  const chart = echarts.init(place);
  let at = -1;
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const end = { Home: 0, End: walk.count - 1 }[event.key];
    if (step === undefined && end === undefined) {
      return;
    }
    event.preventDefault();
    at = end ?? Math.max(0, Math.min(walk.count - 1, at + step));
    chart.dispatchAction({ type: "showTip", ...walk.place(at) });
    said.textContent = walk.words(at);
  });
  place.addEventListener("blur", () => {
    at = -1;
    chart.dispatchAction({ type: "hideTip" });
  });
  return { chart, place };
}

export function follow(chart, draw) {
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(() => chart.resize()).observe(chart.getDom());
}
