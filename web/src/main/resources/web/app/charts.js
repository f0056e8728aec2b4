"use strict";
// Turns the table of rounds into curves.
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
          endLabel: {
            show: !narrow,
            formatter: "{dot|●} {a}",
            rich: { dot: { color: t.colours[i % 12] } },
            color: t.ink,
            distance: 8,
          },
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
    let floor = chart.getHeight() - 58;
    for (const end of ends.toReversed()) {
      end.to = Math.min(end.to, floor);
      floor = end.to - 17;
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
