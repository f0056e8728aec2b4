// The page of a model's evaluation: bars of genes, the reliability diagram, and words in the matrix.

import { axis, calm, follow, number, open, theme, tooltip, values } from "./chart-kit.js";

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

function drawBars(figure, table) {
  const rows = values(table);
  const words = (i) => `${rows[i].name}: ${number.format(rows[i].values[0])} ± ${number.format(rows[i].values[1])}`;
  const { chart } = open(figure, "Attribution of genes, " + figure.dataset.title, {
    count: rows.length,
    place: (i) => ({ seriesIndex: 0, dataIndex: i }),
    words,
  });
  follow(chart, () => {
    const t = theme();
    chart.setOption(
      {
        animation: !calm,
        animationDuration: 300,
        textStyle: { fontFamily: t.font, color: t.muted },
        grid: { left: 8, right: 16, top: 8, bottom: 34, containLabel: true },
        tooltip: { ...tooltip(t), formatter: ({ dataIndex }) => words(dataIndex) },
        xAxis: { ...axis(t, "mean attribution"), type: "value", nameLocation: "middle", nameGap: 24 },
        yAxis: {
          ...axis(t),
          type: "category",
          data: rows.map((row) => row.name),
          inverse: true,
          axisLabel: { color: t.ink, interval: 0, fontSize: 12, width: 110, overflow: "truncate" },
        },
        series: [
          {
            type: "bar",
            barMaxWidth: 14,
            data: rows.map(({ values: [mean] }) => ({
              value: mean,
              itemStyle: { color: t.colours[mean >= 0 ? 0 : 1], borderRadius: 2 },
            })),
          },
        ],
      },
      true,
    );
  });
}

function drawReliability(figure, tables) {
  const curves = tables.map((table) => ({ name: table.dataset.name, points: values(table) }));
  const all = curves.flatMap((curve, c) => curve.points.map((point, i) => ({ curve, c, point, i })));
  const words = ({ curve, point }) => {
    const [confidence, right, cells] = point.values;
    return `${curve.name}, ${number.format(cells)} cells: confidence ${percent.format(confidence)}, ${percent.format(right)} right`;
  };
  const { chart } = open(figure, "Confidence and share of labels told right", {
    count: all.length,
    place: (i) => ({ seriesIndex: all[i].c + 1, dataIndex: all[i].i }),
    words: (i) => words(all[i]),
  });
  follow(chart, () => {
    const t = theme();
    const share = (name) => ({
      ...axis(t, name),
      type: "value",
      min: 0,
      max: 1,
      interval: 0.25,
      nameLocation: "middle",
      axisLabel: { color: t.muted, formatter: (value) => percent.format(value) },
    });
    chart.setOption(
      {
        animation: !calm,
        animationDuration: 300,
        color: t.colours,
        textStyle: { fontFamily: t.font, color: t.muted },
        grid: { left: 22, right: 20, top: 40, bottom: 34, containLabel: true },
        legend: { top: 0, left: 0, textStyle: { color: t.ink }, data: curves.map((curve) => curve.name) },
        tooltip: {
          ...tooltip(t),
          formatter: ({ seriesIndex, dataIndex }) =>
            seriesIndex === 0 ? "as sure as right" : words(all.find((one) => one.c + 1 === seriesIndex && one.i === dataIndex)),
        },
        xAxis: { ...share("confidence"), nameGap: 26 },
        yAxis: { ...share("told right"), nameGap: 44 },
        series: [
          {
            name: "as sure as right",
            type: "line",
            data: [[0, 0], [1, 1]],
            symbol: "none",
            silent: true,
            color: t.muted,
            lineStyle: { type: "dotted", width: 1.5, color: t.muted },
          },
          ...curves.map((curve, c) => ({
            name: curve.name,
            type: "line",
            color: t.colours[c],
            data: curve.points.map((point) => point.values.slice(0, 2)),
            symbol: c === 0 ? "circle" : "diamond",
            symbolSize: 9,
            lineStyle: { width: 2, type: c === 0 ? "solid" : "dashed" },
          })),
        ],
      },
      true,
    );
  });
}

/** Words of a share appear where the pointer or the arrow keys are, instead of a slow title. */
function speak(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td.share")]);
  const bubble = document.createElement("p");
  bubble.className = "bubble";
  bubble.hidden = true;
  bubble.setAttribute("role", "status");
  const frame = table.closest(".matrix");
  frame.after(bubble);
  const show = (cell) => {
    bubble.textContent = cell.dataset.words;
    bubble.hidden = false;
    const box = cell.getBoundingClientRect();
    const base = bubble.offsetParent.getBoundingClientRect();
    const left = Math.min(box.right - base.left + 6, base.width - bubble.offsetWidth - 4);
    bubble.style.transform = `translate(${Math.round(Math.max(4, left))}px, ${Math.round(box.bottom - base.top + 6)}px)`;
  };
  const hide = () => {
    bubble.hidden = true;
  };
  rows.forEach((row, r) =>
    row.forEach((cell, c) => {
      cell.dataset.words = cell.title;
      cell.removeAttribute("title");
      cell.tabIndex = r === 0 && c === 0 ? 0 : -1;
      cell.addEventListener("pointerenter", () => show(cell));
      cell.addEventListener("pointerleave", hide);
      cell.addEventListener("focus", () => show(cell));
      cell.addEventListener("blur", hide);
      cell.addEventListener("keydown", (event) => {
        const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [];
        const next = rows[r + down]?.[c + right];
        if (next) {
          event.preventDefault();
          cell.tabIndex = -1;
          next.tabIndex = 0;
          next.focus();
        }
      });
    }),
  );
}

for (const figure of document.querySelectorAll("[data-bars]")) {
  drawBars(figure, document.getElementById(figure.dataset.bars));
}
for (const figure of document.querySelectorAll("[data-reliability]")) {
  drawReliability(figure, figure.dataset.reliability.trim().split(" ").map((id) => document.getElementById(id)));
}
for (const table of document.querySelectorAll(".matrix table")) {
  speak(table);
}
