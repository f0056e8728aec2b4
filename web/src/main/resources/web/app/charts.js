// Turns the table of rounds into curves.

import { axis, calm, follow, number, open, theme, tooltip } from "./chart-kit.js";

function drawLines(figure, table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const steps = rows.map((row) => row.cells[0].textContent);
  const curves = names.map((_, i) =>
    rows.map((row) => (row.cells[i + 1].dataset.v === "" ? null : +row.cells[i + 1].dataset.v)),
  );
  const text = (value) => (value == null ? "–" : number.format(value));
  const { chart, place } = open(figure, figure.dataset.metric + " by " + figure.dataset.step, {
    count: steps.length,
    place: (i) => ({ seriesIndex: 0, dataIndex: i }),
    words: (i) => `${figure.dataset.step} ${steps[i]}: ` + names.map((name, k) => `${name} ${text(curves[k][i])}`).join(", "),
  });
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
          valueFormatter: text,
        },
        xAxis: {
          ...axis(t, figure.dataset.step),
          type: "category",
          data: steps,
          boundaryGap: false,
          nameLocation: "middle",
          nameGap: 26,
        },
        yAxis: {
          ...axis(t, figure.dataset.metric),
          type: "value",
          scale: true,
          nameTextStyle: { color: t.muted, align: "left" },
          axisLine: { show: false },
          axisLabel: { color: t.muted, formatter: (value) => number.format(value) },
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
  follow(chart, draw);
}

for (const figure of document.querySelectorAll("[data-lines]")) {
  drawLines(figure, document.getElementById(figure.dataset.lines));
}
