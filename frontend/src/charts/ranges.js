// Ranges around a middle: what moves a figure (tornado), and an effect with its interval.
import { token } from "../shell/colours.js";
import { axisLook, BLUE, clip, INK, number, RED, short, SOFT, tip } from "./theme.js";
import { told } from "./tips.js";

// {base, items: [{name, low, high}], unit}: the widest on top
export function tornado(chart) {
  const items = chart.items;
  return {
    grid: { left: 12, right: 28, top: 12, bottom: 8, containLabel: true },
    tooltip: {
      ...tip,
      formatter: (point) => {
        const one = items[point.dataIndex];
        return told(one.name, `${short(one.low)} … ${short(one.high)}`);
      },
    },
    xAxis: { type: "value", scale: true, ...axisLook, axisLabel: { ...axisLook.axisLabel, formatter: short } },
    yAxis: {
      type: "category", inverse: true, data: items.map((one) => one.name), ...axisLook, splitLine: { show: false },
      axisLabel: { color: INK, width: 190, overflow: "truncate", interval: 0 },
    },
    series: [{
      type: "custom",
      encode: { x: [1, 2], y: 0 },
      data: items.map((one, index) => [index, one.low, one.high]),
      renderItem: (_, api) => {
        const height = Math.min(api.size([0, 1])[1] * 0.6, 18);
        const y = api.coord([0, api.value(0)])[1] - height / 2;
        const at = (value) => api.coord([value, 0])[0];
        const [low, base, high] = [at(api.value(1)), at(chart.base), at(api.value(2))];
        const box = (from, to, fill) => ({
          type: "rect", shape: { x: Math.min(from, to), y, width: Math.abs(to - from), height }, style: { fill },
        });
        return { type: "group", children: [box(low, base, token("chart-less")), box(base, high, token("chart-more"))] };
      },
      markLine: { symbol: "none", silent: true, label: { show: false }, lineStyle: { color: SOFT }, data: [{ xAxis: chart.base }] },
    }],
  };
}

// {items: [{name, low, middle, high, expected: [low, high]}], unit}: bars with whiskers around zero
export function interval(chart) {
  const items = chart.items;
  return {
    grid: { left: 12, right: 28, top: 12, bottom: 8, containLabel: true },
    tooltip: {
      ...tip,
      formatter: (point) => {
        const one = items[point.dataIndex];
        return told(one.name, `${number(one.middle)} [${number(one.low)}, ${number(one.high)}] ${chart.unit ?? ""}`);
      },
    },
    xAxis: { type: "value", scale: false, name: "", ...axisLook },
    yAxis: {
      type: "category", inverse: true, data: items.map((one) => clip(one.name, 48)), ...axisLook, splitLine: { show: false },
      axisLabel: { color: INK, interval: 0 },
    },
    series: [{
      type: "custom",
      encode: { x: [1, 2, 3], y: 0 },
      data: items.map((one, index) => [index, one.low, one.middle, one.high]),
      renderItem: (_, api) => {
        const y = api.coord([0, api.value(0)])[1];
        const at = (value) => api.coord([value, 0])[0];
        const [low, middle, high] = [1, 2, 3].map((place) => at(api.value(place)));
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: BLUE, lineWidth: 2 } });
        return {
          type: "group",
          children: [
            line(low, y, high, y), line(low, y - 6, low, y + 6), line(high, y - 6, high, y + 6),
            { type: "circle", shape: { cx: middle, cy: y, r: 5 }, style: { fill: BLUE } },
          ],
        };
      },
      markLine: { symbol: "none", silent: true, label: { show: false }, lineStyle: { color: RED, type: "dashed" }, data: [{ xAxis: 0 }] },
    }],
  };
}
