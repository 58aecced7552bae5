// Radar and heat map.
import { token } from "../shell/colours.js";
import { axisLook, INK, number, PAPER, SOFT, tip, wrap } from "./theme.js";
import { figures, told } from "./tips.js";

// {indicators: [{name, max}], series: [{name, values}]}
export function radar(chart) {
  const formatter = ({ name, value }) =>
    figures(name, chart.indicators.map((one, index) => ({ name: one.name, value: number(value[index]) })));
  return {
    tooltip: { ...tip, trigger: "item", formatter },
    legend: { bottom: 0, show: chart.series.length > 1, textStyle: { color: SOFT } },
    radar: {
      indicator: chart.indicators.map((one) => ({ ...one, name: wrap(one.name, 18) })),
      radius: "62%",
      center: ["50%", chart.series.length > 1 ? "47%" : "51%"],
      axisName: { color: INK, fontSize: 12 },
      splitArea: { areaStyle: { color: [PAPER, token("panel-soft")] } },
      splitLine: { lineStyle: { color: token("chart-axis") } },
      axisLine: { lineStyle: { color: token("chart-axis") } },
    },
    series: [{
      type: "radar",
      data: chart.series.map((one) => ({ name: one.name, value: one.values, areaStyle: { opacity: 0.12 } })),
    }],
  };
}

// {x: [...], y: [...], values: [[xi, yi, value], …], unit}
// With pieces: [{value, label, tone}] each value is a state, told by its label; tone is a colour of tokens.css.
export function heatmap(chart) {
  if (chart.pieces) return states(chart);
  const values = chart.values.map((cell) => cell[2]).filter((value) => value !== null);
  return {
    grid: { left: 12, right: 12, top: 12, bottom: 44, containLabel: true },
    tooltip: { ...tip, formatter: (p) => told(`${chart.y[p.value[1]]} · ${chart.x[p.value[0]]}: ${number(p.value[2])}`) },
    xAxis: { type: "category", data: chart.x, ...axisLook },
    yAxis: { type: "category", data: chart.y, inverse: true, ...axisLook },
    visualMap: {
      min: Math.min(0, ...values), max: Math.max(...values, 1e-9), calculable: false, orient: "horizontal",
      left: "center", bottom: 0, itemHeight: 90, inRange: { color: [token("heat-low"), token("heat-high")] }, textStyle: { color: SOFT },
    },
    series: [{ type: "heatmap", data: chart.values, label: { show: chart.values.length < 90 && chart.x.length <= 16, formatter: (p) => number(p.value[2]) } }],
  };
}

function states(chart) {
  const named = new Map(chart.pieces.map((piece) => [piece.value, piece.label]));
  return {
    grid: { left: 12, right: 12, top: 8, bottom: 40, containLabel: true },
    tooltip: { ...tip, formatter: (p) => told(`${chart.y[p.value[1]]} · ${chart.x[p.value[0]]}: ${named.get(p.value[2])}`) },
    xAxis: { type: "category", data: chart.x, ...axisLook, position: "top", splitLine: { show: false } },
    yAxis: { type: "category", data: chart.y, inverse: true, ...axisLook },
    visualMap: {
      type: "piecewise", orient: "horizontal", left: "center", bottom: 0, itemWidth: 14, itemGap: 8, textGap: 4, textStyle: { color: SOFT },
      pieces: chart.pieces.map((piece) => ({ value: piece.value, label: piece.label, color: token(piece.tone) })),
    },
    series: [{ type: "heatmap", data: chart.values, itemStyle: { borderColor: PAPER, borderWidth: 2 }, label: { show: false } }],
  };
}
