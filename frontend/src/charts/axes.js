// Bars, lines, histograms and points on two axes.
import { token } from "../shell/colours.js";
import { axisLook, number, PALETTE, short, SOFT, tip } from "./theme.js";
import { atPlace, strong, told } from "./tips.js";

const grid = { left: 12, right: 20, top: 40, bottom: 8, containLabel: true };

// {categories: [...], series: [{name, values}], unit, stacked, horizontal}
export function bar(chart) {
  const across = { type: "category", data: chart.categories, ...axisLook, splitLine: { show: false } };
  // Along the bottom a name at the axis's end would be cut off.
  const beneath = chart.horizontal && chart.unit;
  const up = {
    type: "value", name: chart.unit ?? "", nameLocation: beneath ? "middle" : "end", nameGap: beneath ? 26 : 15,
    ...axisLook, axisLabel: { ...axisLook.axisLabel, formatter: short },
  };
  return {
    grid: { ...grid, bottom: beneath ? 26 : 8 },
    tooltip: { ...tip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: atPlace },
    legend: { top: 4, right: 8, show: chart.series.length > 1, itemWidth: 12, itemHeight: 8, textStyle: { color: SOFT } },
    xAxis: chart.horizontal ? up : across,
    yAxis: chart.horizontal ? { ...across, inverse: true } : up,
    series: chart.series.map((one) => ({
      name: one.name,
      type: one.line ? "line" : "bar",
      stack: chart.stacked && !one.line ? "all" : undefined,
      barMaxWidth: 34,
      data: one.values,
      step: one.line ? "middle" : undefined,
      symbol: one.line ? "none" : undefined,
    })),
  };
}

// {categories | x: [...] or {name, values}, series: [{name, values, band: [lower, upper]}], unit, step, mark: {at, name}}
export function line(chart) {
  const along = chart.categories ?? (Array.isArray(chart.x) ? chart.x : chart.x.values);
  const measured = along.length > 0 && along.every((one) => typeof one === "number");
  const points = (values) => (measured ? values.map((value, index) => [along[index], value]) : values);
  return {
    grid: { ...grid, bottom: chart.x?.name ? 26 : 8 },
    tooltip: { ...tip, trigger: "axis", formatter: atPlace },
    legend: { top: 4, right: 8, show: chart.series.length > 1, data: chart.series.map((one) => one.name), textStyle: { color: SOFT } },
    xAxis: {
      type: measured ? "value" : "category", data: measured ? undefined : along, boundaryGap: false, ...axisLook,
      name: chart.x?.name ?? "", nameLocation: "middle", nameGap: 26, splitLine: { show: false },
    },
    yAxis: {
      type: "value", name: chart.unit ?? "", scale: true, ...axisLook,
      axisLabel: { ...axisLook.axisLabel, formatter: number },
    },
    dataZoom: along.length > 400 ? [{ type: "inside", zoomOnMouseWheel: "ctrl" }] : undefined,
    series: chart.series.flatMap((one, index) => [
      ...(one.band ? band(one.band, points, index) : []),
      {
        name: one.name, type: "line", showSymbol: along.length < 40, step: chart.step ? "end" : undefined,
        color: PALETTE[index % PALETTE.length], data: points(one.values),
        markLine: index === 0 && chart.mark ? markAt(chart.mark, along) : undefined,
      },
    ]),
  };
}

// The strip between a lower and an upper line: two stacked lines without ink, the area between them tinted.
function band([lower, upper], points, index) {
  const strip = {
    type: "line", stack: `band ${index}`, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 },
    tooltip: { show: false }, color: PALETTE[index % PALETTE.length],
  };
  const width = upper.map((value, place) => (value === null || lower[place] === null ? null : value - lower[place]));
  return [{ ...strip, data: points(lower) }, { ...strip, data: points(width), areaStyle: { opacity: 0.16 } }];
}

// A dated mark falls between two categories; it stands at the first one not before it.
function markAt(mark, along) {
  const place = along.findIndex((one) => one >= mark.at);
  return {
    symbol: "none", silent: true, lineStyle: { color: PALETTE[6], type: "dashed" },
    label: { formatter: mark.name, color: token("chart-mark") }, data: place < 0 ? [] : [{ xAxis: place }],
  };
}

// {edges: [n+1], counts: [n], marks: [{name, value}], unit}
export function histogram(chart) {
  const edges = chart.edges;
  const width = edges[1] - edges[0];
  return {
    grid: { ...grid, top: 46 },
    tooltip: {
      ...tip,
      formatter: (point) => {
        if (!Array.isArray(point.value)) return told(`${point.name}: ${short(point.value)}`);
        const [middle, count] = point.value;
        return told(`${short(middle - width / 2)} – ${short(middle + width / 2)}: ${number(count)}`);
      },
    },
    xAxis: {
      type: "value", min: edges[0], max: edges.at(-1), name: "", ...axisLook, splitLine: { show: false },
      axisLabel: { ...axisLook.axisLabel, formatter: short, showMinLabel: false, showMaxLabel: false },
    },
    yAxis: { type: "value", name: chart.unit ?? "", ...axisLook },
    series: [{
      type: "bar",
      barWidth: "96%",
      data: chart.counts.map((count, index) => [(edges[index] + edges[index + 1]) / 2, count]),
      markLine: {
        symbol: "none",
        silent: true,
        lineStyle: { color: PALETTE[6], type: "dashed" },
        // Three figures close to one another would write over each other on one line.
        data: (chart.marks ?? []).map((mark, index) => ({
          name: mark.name,
          xAxis: mark.value,
          label: { formatter: `${mark.name} ${short(mark.value)}`, color: token("chart-mark"), distance: [0, 4 + 13 * (index % 3)] },
        })),
      },
    }],
  };
}

// {x: name, y: name, series: [{name, points: [[x, y], …] or [{x, y, key, detail: [[name, value]]}], line}]}
export function scatter(chart) {
  const formatter = (point) => {
    if (!point.data?.detail) return told(`${point.seriesName}: ${number(point.value[0])}, ${number(point.value[1])}`);
    const facts = [[chart.x, number(point.value[0])], [chart.y, number(point.value[1])], ...point.data.detail];
    return told(strong(point.seriesName), ...facts.map(([name, value]) => `${name}: ${value}`));
  };
  return {
    grid: { ...grid, bottom: chart.x ? 26 : 8 },
    tooltip: { ...tip, trigger: "item", formatter },
    legend: { top: 4, right: 8, show: chart.series.length > 1, textStyle: { color: SOFT } },
    xAxis: { type: "value", name: chart.x ?? "", nameLocation: "middle", nameGap: 26, scale: true, ...axisLook },
    yAxis: {
      type: "value", name: chart.y ?? "", scale: true, ...axisLook, axisLabel: { ...axisLook.axisLabel, formatter: short },
    },
    series: chart.series.map((one) => ({
      name: one.name, type: one.line ? "line" : "scatter", symbolSize: one.line ? 0 : one.points[0]?.key ? 14 : 7,
      data: one.points.map((point) => (Array.isArray(point) ? point : { ...point, value: [point.x, point.y] })),
    })),
  };
}
