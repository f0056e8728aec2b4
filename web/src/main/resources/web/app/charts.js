"use strict";
// Turns the map's picture into a chart to zoom, and the table of rounds into curves.
// Colours come from the style sheet, so light and dark follow the reader's setting.

const theme = () => {
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
};

const onChange = (chart, draw) => {
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(() => chart.resize()).observe(chart.getDom());
};

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Rich text, not HTML: the page's security policy forbids style attributes in markup.
const tooltip = (t) => ({
  renderMode: "richText",
  backgroundColor: t.surface,
  borderColor: t.line,
  textStyle: { color: t.ink, fontFamily: t.font, fontSize: 13 },
});

const median = (values) => {
  values.sort((a, b) => a - b);
  return values[values.length >> 1];
};

function drawMap(figure, map) {
  const by = figure.dataset.by;
  const { codes, categories } = map.obs[by];
  const groups = categories.map(() => []);
  const unknown = [];
  codes.forEach((code, cell) => (groups[code] ?? unknown).push([map.x[cell], map.y[cell]]));
  const extent = (values) => [Math.min(...values), Math.max(...values)];
  const chunks = (values) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < values.length; i += 10000) {
      const [a, b] = extent(values.slice(i, i + 10000));
      low = Math.min(low, a);
      high = Math.max(high, b);
    }
    return [low, high];
  };
  const [x0, x1] = chunks(map.x);
  const [y0, y1] = chunks(map.y);
  const half = Math.max(x1 - x0, y1 - y0) * 0.53;
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];

  const place = document.createElement("div");
  place.className = "canvas";
  figure.replaceChildren(place);
  const hint = document.createElement("figcaption");
  hint.textContent = "Scroll or pinch to zoom, drag to move, double-click to see all.";
  figure.append(hint);
  const chart = echarts.init(place);
  const zoom = (dimension) => ({ type: "inside", [dimension]: 0, filterMode: "none" });
  const size = Math.max(2.5, Math.min(6, 220 / Math.sqrt(codes.length)));

  const draw = () => {
    const t = theme();
    const axis = (mid) => ({ min: mid - half, max: mid + half, show: false });
    const order = categories.map((_, i) => i).sort((a, b) => groups[b].length - groups[a].length);
    const dots = (name, data, colour) => ({
      name,
      type: "scatter",
      data,
      symbolSize: size,
      large: data.length > 20000,
      progressive: 20000,
      itemStyle: { color: colour, opacity: 0.75 },
      emphasis: { disabled: true },
    });
    const crowded = categories.length > 24;
    const labels = order
      .filter((i) => groups[i].length && by !== "site" && !crowded)
      .map((i) => ({
        name: categories[i],
        value: [median(groups[i].map((p) => p[0])), median(groups[i].map((p) => p[1]))],
      }))
      .map((label) => {
        const share = (label.value[0] - cx) / half;
        return { ...label, label: { align: share > 0.7 ? "right" : share < -0.7 ? "left" : "center" } };
      });
    chart.setOption(
      {
        animation: false,
        textStyle: { fontFamily: t.font },
        grid: { left: 0, right: 0, top: 0, bottom: 0 },
        xAxis: axis(cx),
        yAxis: axis(cy),
        dataZoom: [zoom("xAxisIndex"), zoom("yAxisIndex")],
        tooltip: { ...tooltip(t), formatter: (p) => p.seriesName },
        series: [
          dots("not known", unknown, t.muted),
          ...order.map((i) => dots(categories[i], groups[i], t.colours[i % 12])),
          {
            type: "scatter",
            data: labels,
            symbolSize: 1,
            silent: true,
            itemStyle: { color: "transparent", opacity: 1 },
            label: {
              show: true,
              formatter: "{b}",
              color: t.ink,
              fontSize: 13,
              fontWeight: 600,
              textBorderColor: t.surface,
              textBorderWidth: 3,
            },
            z: 10,
          },
        ],
      },
      true,
    );
  };
  chart.getZr().on("dblclick", () => {
    for (const index of [0, 1]) {
      chart.dispatchAction({ type: "dataZoom", dataZoomIndex: index, start: 0, end: 100 });
    }
  });
  onChange(chart, draw);
}

function drawLines(figure, table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const steps = rows.map((row) => row.cells[0].textContent);
  const curves = names.map((_, i) =>
    rows.map((row) => (row.cells[i + 1].dataset.v === "" ? null : +row.cells[i + 1].dataset.v)),
  );
  figure.setAttribute("role", "img");
  figure.setAttribute("aria-label", figure.dataset.metric + " by " + figure.dataset.step + "; the table below has the numbers");
  const place = document.createElement("div");
  place.className = "canvas";
  figure.append(place);
  const chart = echarts.init(place);
  const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
  const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3]];

  const draw = () => {
    const t = theme();
    const narrow = place.clientWidth < 560;
    chart.setOption(
      {
        animation: !calm,
        animationDuration: 400,
        color: t.colours,
        textStyle: { fontFamily: t.font, color: t.muted },
        grid: { left: 8, right: narrow ? 12 : 110, top: narrow ? 64 : 36, bottom: 34, containLabel: true },
        legend: narrow ? { top: 0, left: 0, textStyle: { color: t.ink } } : undefined,
        tooltip: {
          ...tooltip(t),
          trigger: "axis",
          valueFormatter: (value) => (value == null ? "–" : number.format(value)),
        },
        xAxis: {
          type: "category",
          data: steps,
          boundaryGap: false,
          name: figure.dataset.step,
          nameLocation: "middle",
          nameGap: 26,
          nameTextStyle: { color: t.muted },
          axisLine: { lineStyle: { color: t.line } },
          axisTick: { show: false },
          axisLabel: { color: t.muted },
        },
        yAxis: {
          type: "value",
          scale: true,
          name: figure.dataset.metric,
          nameTextStyle: { color: t.muted, align: "left" },
          axisLabel: { color: t.muted, formatter: (value) => number.format(value) },
          splitLine: { lineStyle: { color: t.line } },
        },
        series: names.map((name, i) => ({
          name,
          type: "line",
          data: curves[i],
          showSymbol: steps.length === 1,
          symbolSize: 6,
          connectNulls: true,
          lineStyle: { width: i === 0 ? 2.5 : 1.75, type: dashes[i % dashes.length] },
          endLabel: { show: !narrow, formatter: "{a}", color: t.colours[i % 12], fontWeight: 600, distance: 8 },
        })),
      },
      true,
    );
    if (!narrow) {
      spread();
    }
  };

  // Names stand at the ends of their curves; where ends meet, names step aside.
  const spread = () => {
    const ends = curves
      .map((values, i) => ({ i, at: chart.convertToPixel({ yAxisIndex: 0 }, values.findLast((v) => v != null) ?? 0) }))
      .sort((a, b) => a.at - b.at);
    let free = -Infinity;
    for (const end of ends) {
      end.to = Math.max(end.at, free);
      free = end.to + 17;
    }
    const series = names.map(() => ({}));
    for (const end of ends) {
      series[end.i] = { endLabel: { offset: [0, end.to - end.at] } };
    }
    chart.setOption({ series });
  };
  onChange(chart, draw);
}

for (const figure of document.querySelectorAll("[data-lines]")) {
  drawLines(figure, document.getElementById(figure.dataset.lines));
}
for (const figure of document.querySelectorAll("[data-map]")) {
  fetch(figure.dataset.map)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then((map) => drawMap(figure, map))
    .catch(() => {}); // the picture stays
}
