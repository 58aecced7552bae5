// Bars on a time axis, one row a machine or a project. Late ones in red; a red line is today.
import * as echarts from "echarts/core";

import { token } from "../shell/colours.js";
import { axisLook, clip, COOL, day, INK, moment, number, PAPER, RED, SOFT, tip } from "./theme.js";
import { strong, told } from "./tips.js";

// {rows: [name], bars: [{row, start, end, label, group, late, faint, thin, lifted, key, detail: [[name, value]]}],
//  axis: "number" | "date" | "time", unit, today: start-like, todayName}
export function gantt(chart, place) {
  const dated = chart.axis !== "number";
  const stamp = (value) => (dated ? new Date(value).getTime() : value);
  const written = chart.axis === "date" ? day : chart.axis === "time" ? moment : number;
  const groups = [...new Set(chart.bars.filter((one) => !one.thin).map((one) => one.group ?? one.label))];
  const colours = new Map(groups.map((group, index) => [group, COOL[index % COOL.length]]));
  const rows = chart.rows.length;
  const crowded = rows > 30;
  place.classList.toggle("gantt-crowded", crowded);
  const sliders = [
    { type: "slider", xAxisIndex: 0, bottom: 6, height: 16, showDetail: false, filterMode: "weakFilter", brushSelect: false },
    { type: "inside", xAxisIndex: 0, filterMode: "weakFilter", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false },
  ];
  if (crowded) {
    sliders.push({
      type: "slider", yAxisIndex: 0, right: 4, width: 12, startValue: 0, endValue: 24, showDetail: false, filterMode: "weakFilter",
    });
  }
  return {
    grid: { left: 12, right: crowded ? 34 : 20, top: 28, bottom: 36, containLabel: true },
    tooltip: {
      ...tip,
      formatter: (point) => {
        const one = point.data.bar;
        const span = `${written(stamp(one.start))} → ${written(stamp(one.end))} ${chart.unit ?? ""}`;
        return told(strong(one.label), span, ...(one.detail ?? []).map(([name, value]) => `${name}: ${value}`));
      },
    },
    dataZoom: sliders,
    xAxis: {
      type: dated ? "time" : "value", position: "top", scale: true, name: "", ...axisLook,
      axisLabel: { color: SOFT, hideOverlap: true, ...(chart.axis === "date" ? { formatter: monthly } : {}) },
    },
    yAxis: {
      type: "category", inverse: true, data: chart.rows, ...axisLook, splitLine: { show: true, lineStyle: { color: token("chart-grid") } },
      axisLabel: { color: INK, interval: 0, formatter: (name) => clip(name, 36) },
    },
    series: [{
      type: "custom",
      encode: { x: [1, 2], y: 0 },
      data: chart.bars.map((one) => ({
        value: [one.row, stamp(one.start), stamp(one.end)], key: one.key, bar: one,
      })),
      renderItem: (params, api) => box(params, api, chart.bars[params.dataIndex], colours),
      markLine: chart.today
        ? {
            symbol: "none", silent: true, lineStyle: { color: RED, type: "solid" },
            label: { formatter: chart.todayName ?? "", color: RED, position: "end" }, data: [{ xAxis: stamp(chart.today) }],
          }
        : undefined,
    }],
  };
}

function box(params, api, one, colours) {
  const [x, y] = api.coord([api.value(1), api.value(0)]);
  const end = api.coord([api.value(2), api.value(0)])[0];
  const row = Math.min(api.size([0, 1])[1] * 0.68, 26);
  // A thin bar is the baseline: a strip at the foot of the row, below the bar that holds now.
  const height = one.thin ? Math.max(row * 0.22, 3) : one.lifted ? row * 0.72 : row;
  const top = one.thin ? y + row / 2 - height : one.lifted ? y - row / 2 : y - height / 2;
  const frame = params.coordSys;
  const shape = echarts.graphic.clipRectByRect(
    { x, y: top, width: Math.max(end - x, 1), height },
    { x: frame.x, y: frame.y, width: frame.width, height: frame.height },
  );
  if (!shape) return null;
  const fill = colours.get(one.group ?? one.label);
  const roomy = !one.thin && shape.height > 12 && shape.width > 7 * String(one.label).length + 8;
  return {
    type: "rect",
    shape: { ...shape, r: 2 },
    style: { fill: one.thin ? token("chart-quiet") : one.late ? RED : fill, opacity: one.faint ? 0.45 : 0.92, stroke: PAPER, lineWidth: shape.width > 3 ? 0.5 : 0 },
    emphasis: { style: { opacity: 1, stroke: INK, lineWidth: 1 } },
    textConfig: { position: "inside" },
    textContent: roomy ? { style: { text: one.label, fill: "#fff", fontSize: 11 } } : undefined,
  };
}

function monthly(stamp) {
  const at = new Date(stamp);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}`;
}
